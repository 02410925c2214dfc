import { setTimeout as delay } from "node:timers/promises";
import { cpuSecondsOf, shareOfMemoryMiB } from "../proc.ts";
import { rounded } from "../statistics.ts";
import type { Bench } from "../signalling/bench.ts";
import { pace, saturate } from "../signalling/load.ts";
import { type Counts, type Layout, type LayoutName, startLayout } from "./layout.ts";
import type { Sizes } from "./seed.ts";

const keptUpShare = 0.93;

/** Calls at one rate. */
export interface CallsPoint {
  readonly offeredPerSecond: number;
  readonly callsPerSecond: number;
  readonly ringP50Ms: number;
  readonly ringP99Ms: number;
  /** Of one core, by part: the nodes, their relays, PostgreSQL, NATS. */
  readonly cpuPercent: Readonly<Record<string, number>>;
  /** Null on one box with its file. */
  readonly perCall: Counts | null;
}

export interface CallsFigures {
  readonly layout: LayoutName;
  readonly points: readonly CallsPoint[];
  readonly saturatedCallsPerSecond: number;
  readonly sizes: Sizes;
}

export interface PeoplePoint {
  readonly people: number;
  /** Of the nodes. */
  readonly memoryMiB: number;
  readonly cpuPercent: number;
}

export interface PeopleFigures {
  readonly layout: LayoutName;
  readonly points: readonly PeoplePoint[];
}

export interface ScaleOfRun {
  readonly pairs: number;
  readonly rates: readonly number[];
  readonly people: readonly number[];
  /** How long nothing happens while the CPU of connected people is read. */
  readonly watchMs: number;
}

/** Saturated first, so that all that follows is warm; then at an even pace, as far as it keeps up. */
export async function measureCalls(
  bench: Bench,
  layout: LayoutName,
  { pairs: count, rates }: ScaleOfRun,
): Promise<CallsFigures> {
  await using server = await startLayout(bench, layout, { pairs: count, idle: 0 });
  const pairs = await server.connectPairs(count);
  const { callsPerSecond: saturatedCallsPerSecond } = await saturate(bench, server, pairs);
  const points: CallsPoint[] = [];
  for (const rate of rates) {
    const point = await measurePace(bench, server, pairs, rate).catch((error: unknown) => {
      bench.signal.throwIfAborted();
      console.log(`  ${layout} at ${rate} calls/s: ${(error as Error).message}`);
    });
    if (point === undefined) break;
    points.push(point);
    console.log(`  ${layout} ${JSON.stringify(point)}`);
    if (!hasKeptUp(point)) break;
  }
  return { layout, points, saturatedCallsPerSecond, sizes: server.sizes };
}

/** Whether it completed as many calls as it was asked for; it ends a little after the last began. */
export function hasKeptUp({ offeredPerSecond, callsPerSecond }: CallsPoint): boolean {
  return callsPerSecond >= keptUpShare * offeredPerSecond;
}

function difference(before: Counts, after: Counts, calls: number): Counts {
  const each = (key: keyof Counts) => rounded((after[key] - before[key]) / calls, 1);
  return {
    transactions: each("transactions"),
    logBytes: Math.round(each("logBytes")),
    messagesIn: each("messagesIn"),
    messagesOut: each("messagesOut"),
  };
}

async function measurePace(
  bench: Bench,
  server: Layout,
  pairs: Parameters<typeof pace>[2],
  rate: number,
): Promise<CallsPoint> {
  const counted = await server.counts();
  const before = readCpu(server);
  const scale = { ...bench.scale, callsPerSecond: rate };
  const { callsPerSecond, ringP50Ms, ringP99Ms } = await pace({ ...bench, scale }, server, pairs);
  const cpuPercent = shareSince(server, before);
  const recounted = await server.counts();
  return {
    offeredPerSecond: rate,
    callsPerSecond,
    ringP50Ms,
    ringP99Ms,
    cpuPercent,
    perCall:
      counted && recounted ? difference(counted, recounted, rate * scale.pacedSeconds) : null,
  };
}

/** Who is connected and says nothing. The first are connected before: they make the server load what any needs. */
export async function measurePeople(
  bench: Bench,
  layout: LayoutName,
  { people: steps, watchMs }: ScaleOfRun,
): Promise<PeopleFigures> {
  const warm = Math.ceil(Math.max(...steps) / 100);
  const idle = warm + Math.max(...steps);
  await using server = await startLayout(bench, layout, { pairs: 0, idle });
  await server.connectIdle(warm);
  let connected = 0;
  const points: PeoplePoint[] = [];
  for (const people of steps) {
    await server.connectIdle(people - connected);
    connected = people;
    await delay(bench.scale.restMs, undefined, { signal: bench.signal });
    const before = readCpu(server);
    await delay(watchMs, undefined, { signal: bench.signal });
    const { nodes = 0 } = shareSince(server, before);
    const memoryMiB = rounded(shareOfMemoryMiB(server.pid), 1);
    points.push({ people, memoryMiB, cpuPercent: nodes });
    console.log(`  ${layout} ${JSON.stringify(points.at(-1))}`);
  }
  return { layout, points };
}

interface CpuReading {
  readonly at: number;
  readonly seconds: Readonly<Record<string, number>>;
}

function readCpu({ pid, besides }: Layout): CpuReading {
  const seconds: Record<string, number> = {};
  for (const [name, one] of Object.entries({ "node 1": pid, ...besides })) {
    const part = partOf(name);
    seconds[part] = (seconds[part] ?? 0) + cpuSecondsOf(one);
  }
  return { at: performance.now(), seconds };
}

function shareSince(server: Layout, before: CpuReading): Record<string, number> {
  const after = readCpu(server);
  const wall = (after.at - before.at) / 1_000;
  return Object.fromEntries(
    Object.entries(after.seconds).map(([part, seconds]) => [
      part,
      rounded(((seconds - (before.seconds[part] ?? 0)) / wall) * 100, 2),
    ]),
  );
}

/** "node 2" is one of the "nodes". */
function partOf(name: string): string {
  const [kind = ""] = name.split(" ");
  return kind === name ? name : `${kind}s`;
}
