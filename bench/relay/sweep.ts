import type { Bench } from "./bench.ts";
import { type Rounds, runRounds } from "./rounds.ts";
import { runTurnload } from "./turnload.ts";

export const sweepPairs = 50;
export const sweepBytes = 160;
const roundsMax = 3;

export interface SweepPoint {
  /** Of all clients together. */
  readonly offeredPerSecond: number;
  readonly deliveredPerSecond: number;
  readonly cpuUsPerPacket: number;
}

export interface SweepFigures {
  readonly points: readonly SweepPoint[];
  /** Why there are no points beyond the last one, where there is a reason. */
  readonly endedBy?: string;
}

/** CPU for each packet from few packets per second to as many as a server carries. */
export function measureSweep(bench: Bench): Promise<Rounds<SweepFigures>> {
  const { seconds, warmUpSeconds, sweepRates, sweepLossPercentMax } = bench.scale;
  return runRounds(bench, Math.min(bench.scale.rounds, roundsMax), async (name) => {
    const server = await bench.fleet.get(name, bench);
    const points: SweepPoint[] = [];
    for (const offeredPerSecond of sweepRates) {
      const perSecondEach = offeredPerSecond / (sweepPairs * 2);
      const figures = await runTurnload(
        bench,
        server,
        { pairs: sweepPairs, bytes: sweepBytes, pace: { type: "rate", perSecondEach } },
        { seconds, warmUpSeconds },
      );
      const { deliveredPerSecond, cpuUsPerPacket, lossPercent, hasKeptUp } = figures;
      if (!hasKeptUp)
        return {
          points,
          endedBy: `the generator cannot send ${offeredPerSecond} packets a second`,
        };
      if (lossPercent > sweepLossPercentMax) {
        return { points, endedBy: `${lossPercent} % loss at ${offeredPerSecond} packets a second` };
      }
      points.push({ offeredPerSecond, deliveredPerSecond, cpuUsPerPacket });
    }
    return { points };
  });
}
