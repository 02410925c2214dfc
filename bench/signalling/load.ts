import { setTimeout as delay } from "node:timers/promises";
import { cpuSecondsOf } from "../proc.ts";
import { quantile, rounded } from "../statistics.ts";
import type { Bench } from "./bench.ts";
import type { Contender, Pair } from "./contender.ts";

export interface SaturatedFigures {
  readonly cpuSecondsPer1000Calls: number;
  readonly callsPerSecond: number;
  /** Of one core; well below 100 the generator was the slower of the two. */
  readonly cpuPercent: number;
  /** CPU of processes beside it, by name, per 1,000 calls. */
  readonly besides: Readonly<Record<string, number>>;
}

/** Calls all the time, the next when one ends, so that the server never waits. */
export async function saturate(
  { scale, signal }: Bench,
  server: Contender,
  pairs: readonly Pair[],
): Promise<SaturatedFigures> {
  const calls = new Calls(pairs);
  calls.keepUnderWay(Math.min(scale.callsAtOnce, pairs.length));
  await delay(scale.warmUpSeconds * 1_000, undefined, { signal });
  const before = readings(server, calls);
  await delay(scale.saturatedSeconds * 1_000, undefined, { signal });
  const after = readings(server, calls);
  await calls.finish();
  const completed = after.completed - before.completed;
  if (completed === 0) throw new Error("No call was completed.");
  const seconds = (after.at - before.at) / 1_000;
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  const per1000 = (used: number) => rounded((used / completed) * 1_000, 4);
  return {
    cpuSecondsPer1000Calls: per1000(cpuSeconds),
    callsPerSecond: rounded(completed / seconds, 0),
    cpuPercent: rounded((cpuSeconds / seconds) * 100, 0),
    besides: Object.fromEntries(
      Object.entries(after.besides).map(([name, used]) => [
        name,
        per1000(used - (before.besides[name] ?? 0)),
      ]),
    ),
  };
}

export interface PacedFigures {
  readonly ringP50Ms: number;
  readonly ringP99Ms: number;
  readonly callsPerSecond: number;
  readonly cpuPercent: number;
}

/** Begins calls at an even pace, whatever became of those before. */
export async function pace(
  { scale, signal }: Bench,
  server: Contender,
  pairs: readonly Pair[],
): Promise<PacedFigures> {
  const calls = new Calls(pairs);
  const before = readings(server, calls);
  const count = Math.round(scale.callsPerSecond * scale.pacedSeconds);
  for (let begun = 0; begun < count;) {
    const due = Math.floor(((performance.now() - before.at) / 1_000) * scale.callsPerSecond);
    for (; begun < Math.min(due, count); begun++) calls.begin();
    await delay(1, undefined, { signal });
  }
  await calls.finish();
  const after = readings(server, calls);
  const seconds = (after.at - before.at) / 1_000;
  const times = calls.ringMs.toSorted((a, b) => a - b);
  return {
    ringP50Ms: rounded(quantile(times, 0.5), 2),
    ringP99Ms: rounded(quantile(times, 0.99), 2),
    callsPerSecond: rounded(calls.completed / seconds, 0),
    cpuPercent: rounded(((after.cpuSeconds - before.cpuSeconds) / seconds) * 100, 0),
  };
}

function readings(server: Contender, calls: Calls) {
  return {
    at: performance.now(),
    completed: calls.completed,
    cpuSeconds: cpuSecondsOf(server.pid),
    besides: Object.fromEntries(
      Object.entries(server.besides).map(([name, pid]) => [name, cpuSecondsOf(pid)]),
    ),
  };
}

const finishMs = 10_000;

/** Calls between pairs, each of which has one at a time; whoever called longest ago is next. */
class Calls {
  completed = 0;
  /** From each invite until the callee's device had the ring. */
  readonly ringMs: number[] = [];
  readonly #idle: Pair[];
  #underWay = 0;
  #isKept = false;
  #failure: string | undefined;
  #settled = Promise.withResolvers<void>();

  constructor(pairs: readonly Pair[]) {
    this.#idle = [...pairs];
  }

  begin(): void {
    const pair = this.#idle.shift();
    if (pair === undefined) throw new Error("All pairs are in a call: the server is too slow.");
    if (this.#failure !== undefined) throw new Error(this.#failure);
    const begunAt = performance.now();
    this.#underWay++;
    pair.call({
      rang: () => this.ringMs.push(performance.now() - begunAt),
      ended: (failure) => {
        this.#underWay--;
        this.#idle.push(pair);
        if (failure === undefined) this.completed++;
        else this.#failure ??= failure;
        if (this.#isKept && this.#failure === undefined) this.begin();
        else if (this.#underWay === 0) this.#settled.resolve();
      },
    });
  }

  keepUnderWay(count: number): void {
    this.#isKept = true;
    for (let begun = 0; begun < count; begun++) this.begin();
  }

  /** @throws Error with the first failure of a call, or when one does not end */
  async finish(): Promise<void> {
    this.#isKept = false;
    const timer = setTimeout(
      () => this.#settled.reject(new Error("A call did not end.")),
      finishMs,
    );
    if (this.#underWay > 0) await this.#settled.promise;
    clearTimeout(timer);
    if (this.#failure !== undefined) throw new Error(this.#failure);
  }
}
