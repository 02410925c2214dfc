import { setTimeout as delay } from "node:timers/promises";
import { udpWire, type Wire } from "../../packages/relay/src/test-client/wire.ts";
import { quantile, rounded } from "../statistics.ts";
import { type BackgroundName, backgroundNames, backgroundPairs, doBeside } from "./background.ts";
import type { Bench } from "./bench.ts";
import { bindCall, numberedPacket } from "./call-clients.ts";
import { type CommandedServer, startCommanded } from "./commanded-server.ts";
import { type Rounds, runRounds } from "./rounds.ts";
import type { ServerName } from "./turn-server.ts";

/** From the application's order to end a call until the last packet of it, over many calls. */
export interface SilenceFigures {
  readonly beside: BackgroundName;
  readonly medianMs: number;
  readonly longestMs: number;
  readonly serverCpuPercent: number;
}

const talkMs = 60;
const listenMs = 60;
const packetMs = 1;
/** What a call takes, its set-up included. */
const callSeconds = 0.2;

/** Once for each server: coturn cannot end a call, and is left out. */
export function measureSilence(bench: Bench): Promise<Rounds<SilenceFigures[]>> {
  const servers = bench.servers.filter((name) => name !== "coturn");
  return runRounds({ ...bench, servers }, 1, async (name) => {
    const figures: SilenceFigures[] = [];
    for (const beside of backgroundNames) figures.push(await endCalls(bench, name, beside));
    return figures;
  });
}

/** A fresh relay each time: what strangers may ask of it is limited. */
async function endCalls(
  bench: Bench,
  name: ServerName,
  beside: BackgroundName,
): Promise<SilenceFigures> {
  await using commanded = await startCommanded(name, bench);
  for (let pair = 0; pair < backgroundPairs; pair++) await commanded.join(`beside-${pair}`);
  const { endedCalls } = bench.scale;
  const options = { beside, seconds: endedCalls * callSeconds, callName: "beside" };
  const { result, serverCpuPercent } = await doBeside(
    bench,
    commanded.server,
    options,
    async () => {
      const took: number[] = [];
      for (let call = 0; call < endedCalls; call++)
        took.push(await endOne(commanded, `end-${call}`));
      return took;
    },
  );
  const sorted = result.toSorted((a, b) => a - b);
  return {
    beside,
    medianMs: rounded(quantile(sorted, 0.5), 2),
    longestMs: rounded(quantile(sorted, 1), 2),
    serverCpuPercent,
  };
}

/** @returns milliseconds; 0 when nothing came after the order was given */
async function endOne(commanded: CommandedServer, callId: string): Promise<number> {
  const { address, port } = commanded.server;
  await commanded.join(callId);
  await using wireA = await udpWire(address, port);
  await using wireB = await udpWire(address, port);
  await bindCall(callId, wireA, wireB);
  let index = 0;
  const talking = setInterval(() => wireA.send(numberedPacket(index++)), packetMs);
  try {
    await wireB.next();
    const heard = listen(wireB);
    await delay(talkMs);
    const orderedAt = performance.now();
    await commanded.end(callId);
    await delay(listenMs);
    return Math.max(0, (heard.lastAt() ?? 0) - orderedAt);
  } finally {
    clearInterval(talking);
  }
}

/** Remembers when the last packet came. It goes on until nothing comes any more. */
function listen(wire: Wire): { lastAt(): number | undefined } {
  let lastAt: number | undefined;
  void (async () => {
    for (;;) {
      const packet = await wire.next().catch(() => undefined);
      if (packet === undefined) return;
      lastAt = performance.now();
    }
  })();
  return { lastAt: () => lastAt };
}
