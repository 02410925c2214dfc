import type { Bench } from "./bench.ts";
import type { ServerName } from "./turn-server.ts";

/** One measurement of one server in one round, or why there is none. */
export type Run<Figures> = { readonly server: ServerName; readonly round: number } & (
  | { readonly figures: Figures }
  | { readonly failure: string }
);

export type Rounds<Figures> = readonly Run<Figures>[];

/**
 * Measures every server in every round, so that what disturbs the machine for a while disturbs all
 * of them. The order moves on by one in each round. A server that fails does not stop the others.
 */
export async function runRounds<Figures>(
  bench: Bench,
  rounds: number,
  measure: (server: ServerName) => Promise<Figures>,
): Promise<Rounds<Figures>> {
  const runs: Run<Figures>[] = [];
  for (let round = 1; round <= rounds; round++) {
    const first = (round - 1) % bench.servers.length;
    const order = [...bench.servers.slice(first), ...bench.servers.slice(0, first)];
    if (bench.scale.isOneByOne) {
      for (const server of order) runs.push(await runOnce(server, round));
    } else {
      runs.push(...(await Promise.all(order.map((server) => runOnce(server, round)))));
    }
  }
  return runs;

  async function runOnce(server: ServerName, round: number): Promise<Run<Figures>> {
    bench.signal.throwIfAborted();
    try {
      const figures = await measure(server);
      console.log(`  ${server}, round ${round}: ${JSON.stringify(figures)}`);
      return { server, round, figures };
    } catch (error) {
      bench.signal.throwIfAborted();
      const failure = (error as Error).message;
      console.log(`  ${server}, round ${round}, failed: ${failure}`);
      return { server, round, failure };
    }
  }
}

/** The figures of one server in the order of the rounds. */
export function figuresOf<Figures>(runs: Rounds<Figures>, server: ServerName): Figures[] {
  return runs.flatMap((run) => (run.server === server && "figures" in run ? [run.figures] : []));
}

/** A figure of a server as a part of coturn's in the same round, for every round that has both. */
export function ratiosOf<Figures>(
  runs: Rounds<Figures>,
  server: ServerName,
  figure: (figures: Figures) => number,
): number[] {
  const measured = runs.flatMap((run) => ("figures" in run ? [run] : []));
  return measured
    .filter((run) => run.server === server)
    .flatMap((run) => {
      const coturn = measured.find((it) => it.server === "coturn" && it.round === run.round);
      return coturn === undefined ? [] : [figure(run.figures) / figure(coturn.figures)];
    });
}
