import type { Runs } from "../relay/parts.ts";
import { figuresOf } from "../relay/rounds.ts";
import { readResults } from "../results.ts";
import { medianOf } from "../statistics.ts";
import type { Run } from "../signalling/measure.ts";
import { type Fit, fitLine } from "./fit.ts";
import type { Counts } from "./layout.ts";
import { type CallsFigures, type PeopleFigures, hasKeptUp } from "./measure.ts";
import type { Results } from "./results.ts";

/** What the plan multiplies. CPU in seconds of a core. */
export interface Costs {
  readonly nodeCpuPerCall: number;
  readonly databaseCpuPerCall: number;
  readonly busCpuPerCall: number;
  readonly nodeCpuPerPersonAndSecond: number;
  readonly memoryMiBPerPerson: number;
  /** On one box with its file. */
  readonly boxCpuPerCall: number;
  readonly transactionsPerCall: number;
  readonly logBytesPerCall: number;
  readonly bytesPer: Readonly<Record<"account" | "friendship" | "message" | "call", number>>;
  readonly relayCpuUs: { readonly sound: number; readonly picture: number };
}

/** The CPU of a part in percent of a core against calls a second; all parts together without a name. */
export function fitCalls({ points }: CallsFigures, part?: string): Fit | undefined {
  return fitOrNone(
    points.filter(hasKeptUp).map(({ callsPerSecond, cpuPercent }) => ({
      x: callsPerSecond,
      y: part === undefined ? totalOf(cpuPercent) : (cpuPercent[part] ?? 0),
    })),
  );
}

export function totalOf(cpuPercent: Readonly<Record<string, number>>): number {
  return Object.values(cpuPercent).reduce((sum, one) => sum + one, 0);
}

export function fitMemory({ points }: PeopleFigures): Fit | undefined {
  return fitOrNone(points.map(({ people, memoryMiB }) => ({ x: people, y: memoryMiB })));
}

export function fitIdleCpu({ points }: PeopleFigures): Fit | undefined {
  return fitOrNone(points.map(({ people, cpuPercent }) => ({ x: people, y: cpuPercent })));
}

/** At the highest rate that was kept up, where what nodes say without calls counts least. */
export function countsOf({ points }: CallsFigures): Counts | undefined {
  return points.findLast(hasKeptUp)?.perCall ?? undefined;
}

function fitOrNone(points: readonly { x: number; y: number }[]): Fit | undefined {
  return new Set(points.map(({ x }) => x)).size < 2 ? undefined : fitLine(points);
}

export function costsOf(results: Results): Costs {
  return measuredCosts(results) ?? thoughtCosts();
}

/**
 * While nodes were not measured: one box as `npm run bench:signalling` found it, and the rest thought.
 */
function thoughtCosts(): Costs {
  const { value = [] } = readResults<{ value: readonly Run[] }>("signalling");
  const ours = value.flatMap((run) =>
    run.server === "ringfence" && "figures" in run ? [run.figures] : [],
  );
  const boxCpuPerCall =
    medianOf(ours.map(({ saturated }) => saturated.cpuSecondsPer1000Calls)) / 1_000;
  const [idle] = ours.flatMap((figures) => figures.idle ?? []);
  return {
    boxCpuPerCall,
    nodeCpuPerCall: 1.5 * boxCpuPerCall,
    databaseCpuPerCall: boxCpuPerCall,
    busCpuPerCall: 0.1 * boxCpuPerCall,
    nodeCpuPerPersonAndSecond: 5e-6,
    memoryMiBPerPerson: ((idle?.kilobytesEach ?? 0) / 1_048.576) * 2,
    transactionsPerCall: 10,
    logBytesPerCall: 80_000,
    bytesPer: { account: 3_000, friendship: 2_500, message: 800, call: 1_000 },
    relayCpuUs: relayCosts(),
  };
}

/** Nothing where a layout that is needed was not measured. */
function measuredCosts({ measured }: Results): Costs | undefined {
  const { calls = [], people = [] } = measured?.value ?? {};
  const box = calls.find(({ layout }) => layout === "file");
  const node = calls.find(({ layout }) => layout === "one-node");
  const connected = people.find(({ layout }) => layout === "one-node");
  const boxFit = box && fitCalls(box, "nodes");
  const memory = connected && fitMemory(connected);
  const idle = connected && fitIdleCpu(connected);
  const perCall = node && countsOf(node);
  if (!node || !boxFit || !memory || !idle || !perCall) return undefined;
  const cpuPerCall = (part: string) => (fitCalls(node, part)?.perX ?? 0) / 100;
  const bytesOf = (name: keyof Costs["bytesPer"]) =>
    node.sizes[name].bytes / Math.max(1, node.sizes[name].rows);
  return {
    nodeCpuPerCall: cpuPerCall("nodes"),
    databaseCpuPerCall: cpuPerCall("PostgreSQL"),
    busCpuPerCall: cpuPerCall("NATS"),
    nodeCpuPerPersonAndSecond: Math.max(0, idle.perX) / 100,
    memoryMiBPerPerson: memory.perX,
    boxCpuPerCall: boxFit.perX / 100,
    transactionsPerCall: perCall.transactions,
    logBytesPerCall: perCall.logBytes,
    bytesPer: {
      account: bytesOf("account"),
      friendship: bytesOf("friendship"),
      message: bytesOf("message"),
      call: bytesOf("call"),
    },
    relayCpuUs: relayCosts(),
  };
}

/** As docs/performance.md has them, of the path that is used on 64-bit Linux. */
function relayCosts(): Costs["relayCpuUs"] {
  const relay = readResults<Record<"audio" | "videoAwake", { value: Runs<"audio"> }>>("relay");
  return { sound: costOf(relay.audio?.value), picture: costOf(relay.videoAwake?.value) };
}

function costOf(runs: Runs<"audio"> = []): number {
  return medianOf(figuresOf(runs, "batched").map(({ cpuUsPerPacket }) => cpuUsPerPacket));
}
