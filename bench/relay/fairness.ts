import type { Bench } from "./bench.ts";
import { type CommandedServer, startCommanded } from "./commanded-server.ts";
import { type Rounds, runRounds } from "./rounds.ts";
import { type Load, runTurnload } from "./turnload.ts";
import { untilAll } from "./until-all.ts";

/** A call of 50 packets a second from each client, beside a call that floods. */
export interface FairnessFigures {
  readonly flood: FloodName;
  readonly quietLossPercent: number;
  /** What the server carried for the call that floods. */
  readonly floodDeliveredPerSecond: number;
  readonly floodLossPercent: number;
}

export const floodNames = ["strong", "utmost"] as const;
export type FloodName = (typeof floodNames)[number];

const quiet: Load = { pairs: 1, bytes: 160, pace: { type: "rate", perSecondEach: 50 } };
const floods: Readonly<Record<FloodName, Load>> = {
  /** Many times what a call needs, and well within what a server can read. */
  strong: { pairs: 1, bytes: 160, pace: { type: "rate", perSecondEach: 25_000, burst: 25 } },
  /** More than any server can read: whatever the generator's core sends. */
  utmost: { pairs: 1, bytes: 160, pace: { type: "rate", perSecondEach: 400_000, burst: 32 } },
};

export function measureFairness(bench: Bench): Promise<Rounds<FairnessFigures[]>> {
  return runRounds(bench, bench.scale.rounds, async (name) => {
    await using commanded = await startCommanded(name, bench);
    const figures: FairnessFigures[] = [];
    for (const flood of floodNames) figures.push(await measureBeside(bench, commanded, flood));
    return figures;
  });
}

async function measureBeside(
  bench: Bench,
  commanded: CommandedServer,
  flood: FloodName,
): Promise<FairnessFigures> {
  const quietName = `quiet-${flood}`;
  const floodName = `flood-${flood}`;
  for (const callName of [quietName, floodName]) await commanded.join(`${callName}-0`);
  const { quietCallSeconds: seconds, floodLeadSeconds: leadSeconds } = bench.scale;
  const [quietly, flooding] = await untilAll([
    runTurnload(bench, commanded.server, quiet, {
      seconds,
      warmUpSeconds: leadSeconds,
      callName: quietName,
    }),
    // It is on when the quiet call begins to be measured, and still when that ends.
    runTurnload(bench, commanded.server, floods[flood], {
      seconds: seconds + leadSeconds,
      warmUpSeconds: leadSeconds / 2,
      callName: floodName,
      isBackground: true,
    }),
  ]);
  if (!quietly.hasKeptUp) throw new Error("The generator did not keep up with the quiet call.");
  return {
    flood,
    quietLossPercent: quietly.lossPercent,
    floodDeliveredPerSecond: flooding.deliveredPerSecond,
    floodLossPercent: flooding.lossPercent,
  };
}
