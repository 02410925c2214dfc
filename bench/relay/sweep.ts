import { digits } from "../report.ts";
import type { Bench } from "./bench.ts";
import { type Rounds, runRounds } from "./rounds.ts";
import type { TurnServer } from "./turn-server.ts";
import { runTurnload } from "./turnload.ts";

export const sweepPairs = 50;
export const sweepBytes = 160;
const roundsMax = 3;
const problemsMax = 2;

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
  return runRounds(bench, Math.min(bench.scale.rounds, roundsMax), async (name) => {
    const server = await bench.fleet.get(name, bench);
    const points: SweepPoint[] = [];
    const problems: string[] = [];
    for (const offeredPerSecond of bench.scale.sweepRates) {
      const point = await measurePoint(bench, server, offeredPerSecond);
      if (typeof point === "string") {
        // Once may be a disturbance of the machine.
        if (problems.push(point) === problemsMax) break;
      } else {
        points.push(point);
        problems.length = 0;
      }
    }
    const [endedBy] = problems;
    return endedBy === undefined ? { points } : { points, endedBy };
  });
}

/** @returns why there is no point where there is none */
async function measurePoint(
  bench: Bench,
  server: TurnServer,
  offeredPerSecond: number,
): Promise<SweepPoint | string> {
  const { seconds, warmUpSeconds, sweepLossPercentMax } = bench.scale;
  const perSecondEach = offeredPerSecond / (sweepPairs * 2);
  const { deliveredPerSecond, cpuUsPerPacket, lossPercent, hasKeptUp } = await runTurnload(
    bench,
    server,
    { pairs: sweepPairs, bytes: sweepBytes, pace: { type: "rate", perSecondEach } },
    { seconds, warmUpSeconds },
  );
  const rate = `${digits(offeredPerSecond)} packets a second`;
  if (!hasKeptUp) return `the generator cannot send ${rate}`;
  if (lossPercent > sweepLossPercentMax) return `${digits(lossPercent, 1)} % loss at ${rate}`;
  return { offeredPerSecond, deliveredPerSecond, cpuUsPerPacket };
}
