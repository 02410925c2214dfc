import { setTimeout as delay } from "node:timers/promises";
import { droppedAtPort, residentMiB } from "../proc.ts";
import { rounded } from "../statistics.ts";
import { churnAllocations, sendStrangerRequests } from "./churn.ts";
import type { Bench } from "./bench.ts";
import { type Rounds, runRounds } from "./rounds.ts";
import { startServer, type TurnServer } from "./turn-server.ts";

/** Resident memory of a server, in MiB. */
export interface Stage {
  readonly before: number;
  /** After a tenth of the work: the program is loaded and compiled, and its tables are made. */
  readonly afterTenth: number;
  readonly highest: number;
  readonly atEnd: number;
}

export interface MemoryFigures {
  readonly strangers: Stage;
  readonly requests: number;
  /** Of the requests, what never reached the server: its socket was full. */
  readonly requestsLost: number;
  readonly requestsAnswered: number;
  readonly allocations: Stage;
  readonly cycles: number;
  readonly atRest: number;
}

const sampleMs = 100;

/** Each server once, freshly started: requests of strangers first, then allocations that come and go. */
export function measureMemory(bench: Bench): Promise<Rounds<MemoryFigures>> {
  return runRounds(bench, 1, async (name) => {
    await using server = await startServer(name, bench);
    return await measureOne(bench, server);
  });
}

async function measureOne(bench: Bench, server: TurnServer): Promise<MemoryFigures> {
  const { strangerRequests: requests, allocationCycles: cycles, restMs } = bench.scale;
  const droppedBefore = droppedAtPort(server.port);
  let requestsAnswered = 0;
  const strangers = await watch(server, async (isTenthDone) => {
    requestsAnswered = await sendStrangerRequests(server, requests, bench.signal, isTenthDone);
  });
  const requestsLost = droppedAtPort(server.port) - droppedBefore;
  const allocations = await watch(server, (isTenthDone) =>
    churnAllocations(server, cycles, bench.signal, isTenthDone),
  );
  await delay(restMs, undefined, { signal: bench.signal });
  const atRest = rounded(residentMiB(server.pid), 1);
  return { strangers, requests, requestsLost, requestsAnswered, allocations, cycles, atRest };
}

async function watch(
  { pid }: TurnServer,
  work: (isTenthDone: () => void) => Promise<void>,
): Promise<Stage> {
  const look = () => rounded(residentMiB(pid), 1);
  const before = look();
  let afterTenth = before;
  let highest = before;
  // A server that ends in the middle is noticed by whoever talks to it.
  const sampler = setInterval(() => {
    try {
      highest = Math.max(highest, look());
    } catch {
      clearInterval(sampler);
    }
  }, sampleMs);
  try {
    await work(() => (afterTenth = look()));
  } finally {
    clearInterval(sampler);
  }
  const atEnd = look();
  return { before, afterTenth, highest: Math.max(highest, afterTenth, atEnd), atEnd };
}
