import { setTimeout as delay } from "node:timers/promises";
import type { Bench } from "./bench.ts";
import type { TurnServer } from "./turn-server.ts";
import { type Load, runTurnload } from "./turnload.ts";
import { untilAll } from "./until-all.ts";

export const backgroundNames = ["nothing", "calls", "saturated"] as const;
export type BackgroundName = (typeof backgroundNames)[number];

/** Few enough that a relay under an application lets them all allocate at once. */
export const backgroundPairs = 40;
const loads: Readonly<Record<Exclude<BackgroundName, "nothing">, Load>> = {
  calls: { pairs: backgroundPairs, bytes: 160, pace: { type: "rate", perSecondEach: 50 } },
  saturated: { pairs: backgroundPairs, bytes: 160, pace: { type: "window", inFlight: 4 } },
};
const warmUpSeconds = 0.1;

/**
 * Does something while a server has other calls.
 *
 * @param seconds as long as the work takes, or longer
 * @param callName of the other calls
 * @returns what the work returns, and how busy the server was
 */
export async function doBeside<Result>(
  bench: Bench,
  server: TurnServer,
  { beside, seconds, callName }: { beside: BackgroundName; seconds: number; callName: string },
  work: () => Promise<Result>,
): Promise<{ result: Result; serverCpuPercent: number }> {
  if (beside === "nothing") return { result: await work(), serverCpuPercent: 0 };
  const { settleMs } = bench.scale;
  const load = runTurnload(bench, server, loads[beside], {
    seconds: seconds + settleMs / 1_000,
    warmUpSeconds,
    callName,
    isBackground: true,
  });
  const [result, { cpuPercent }] = await untilAll([
    delay(settleMs, undefined, { signal: bench.signal }).then(work),
    load,
  ]);
  return { result, serverCpuPercent: cpuPercent };
}
