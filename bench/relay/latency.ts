import { rounded } from "../statistics.ts";
import type { Bench } from "./bench.ts";
import { loads } from "./loads.ts";
import { type Rounds, runRounds } from "./rounds.ts";
import { refuseMeaningless, runTurnload } from "./turnload.ts";

/** Times at half of what a server carries. */
export interface LatencyFigures {
  readonly packetsPerSecond: number;
  readonly lossPercent: number;
  /** From client to client through the server. */
  readonly p50Us: number;
  readonly p99Us: number;
  /** The same load from client to client without a server. */
  readonly directP50Us: number;
  readonly directP99Us: number;
}

/** Finds out what a server carries, then offers half of that. */
export function measureLatency(bench: Bench): Promise<Rounds<LatencyFigures>> {
  const { seconds, warmUpSeconds } = bench.scale;
  const options = { seconds, warmUpSeconds };
  const { saturated } = loads;
  return runRounds(bench, bench.scale.rounds, async (name) => {
    const server = await bench.fleet.get(name, bench);
    const most = await runTurnload(bench, server, saturated, options);
    refuseMeaningless(most);
    const perSecondEach = Math.ceil(most.deliveredPerSecond / 2 / (saturated.pairs * 2));
    const half = { ...saturated, pace: { type: "rate", perSecondEach } } as const;
    const relayed = await runTurnload(bench, server, half, options);
    const direct = await runTurnload(bench, undefined, half, options);
    refuseMeaningless(relayed, direct);
    return {
      packetsPerSecond: rounded(relayed.deliveredPerSecond, 0),
      lossPercent: relayed.lossPercent,
      p50Us: relayed.p50Us,
      p99Us: relayed.p99Us,
      directP50Us: direct.p50Us,
      directP99Us: direct.p99Us,
    };
  });
}
