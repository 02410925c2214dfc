/** What this command needs of `apps/simulate`. */
interface Simulation {
  runSimulate(
    typed: { flags: ReadonlySet<string>; values: ReadonlyMap<string, string> },
    environment: Readonly<Record<string, string | undefined>>,
  ): Promise<number>;
}

/**
 * Simulated people run the client of browsers, which no part of the server may know of: they are a
 * program of their own that happens to begin with the same word. It is loaded by its place, by this
 * command and by nothing that serves (docs/decisions/0079).
 */
export async function loadSimulation(): Promise<Simulation> {
  const place = new URL("../../../simulate/src/index.ts", import.meta.url);
  return (await import(place.href)) as Simulation;
}
