import type { Bench } from "./bench.ts";
import type { Contender, ContenderName, StartContender } from "./contender.ts";
import { type IdleFigures, measureIdle } from "./idle.ts";
import { startKamailio } from "./kamailio.ts";
import { type PacedFigures, type SaturatedFigures, pace, saturate } from "./load.ts";
import { startPeerServer } from "./peerserver.ts";
import { startProsody } from "./prosody.ts";
import { startRingfence } from "./ringfence.ts";

export interface Figures {
  readonly saturated: SaturatedFigures;
  readonly paced: PacedFigures;
  /** In the first round alone: it hardly differs, and takes long. */
  readonly idle: IdleFigures | null;
}

/** One measurement of one server in one round, or why there is none. */
export type Run = { readonly server: ContenderName; readonly round: number } & (
  | { readonly figures: Figures }
  | { readonly failure: string }
);

const starts: Readonly<Record<ContenderName, StartContender>> = {
  ringfence: startRingfence,
  kamailio: startKamailio,
  prosody: startProsody,
  peerserver: startPeerServer,
};

/**
 * Measures every server in every round, freshly started, so that what disturbs the machine for a while
 * disturbs all of them. The order moves on by one in each round.
 */
export async function measureRounds(
  bench: Bench,
  names: readonly ContenderName[],
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (let round = 1; round <= bench.scale.rounds; round++) {
    const first = (round - 1) % names.length;
    for (const server of [...names.slice(first), ...names.slice(0, first)]) {
      bench.signal.throwIfAborted();
      const run = await measureOnce(bench, server, round);
      console.log(`  ${JSON.stringify(run)}`);
      runs.push(run);
    }
  }
  return runs;
}

async function measureOnce(bench: Bench, server: ContenderName, round: number): Promise<Run> {
  const { pairs, idleConnections } = bench.scale;
  const isFirst = round === 1;
  try {
    const people = { pairs, idle: 0 };
    await using busy = await starts[server](bench, people);
    const figures = await measureCalls(bench, busy);
    if (!isFirst) return { server, round, figures: { ...figures, idle: null } };
    await using quiet = await starts[server](bench, { pairs: 0, idle: 2 * idleConnections });
    return { server, round, figures: { ...figures, idle: await measureIdle(bench, quiet) } };
  } catch (error) {
    bench.signal.throwIfAborted();
    return { server, round, failure: (error as Error).message };
  }
}

/** Saturated first: what is timed then is timed warm. */
async function measureCalls(bench: Bench, server: Contender) {
  const pairs = await server.connectPairs(bench.scale.pairs);
  const saturated = await saturate(bench, server, pairs);
  return { saturated, paced: await pace(bench, server, pairs) };
}
