import type { Environment } from "../config.ts";

/** What was typed behind `ringfence simulate`. */
interface Typed {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

/** What `apps/simulate` has for this command. */
interface Simulation {
  readonly runSimulate: (typed: Typed, environment: Environment) => Promise<number>;
}

/**
 * Simulated people run the client of browsers, which no part of the server may know of: they are a
 * program of their own that happens to begin with the same word. It is loaded by its place, by this
 * command and by nothing that serves (docs/decisions/0079).
 *
 * @returns the exit code
 */
export async function simulate(typed: Typed, environment: Environment): Promise<number> {
  const place = new URL("../../../simulate/src/index.ts", import.meta.url);
  const { runSimulate } = (await import(place.href)) as Simulation;
  return await runSimulate(typed, environment);
}
