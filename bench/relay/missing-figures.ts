import type { Rounds } from "./rounds.ts";
import type { ServerName } from "./turn-server.ts";

/** What is wrong with the runs of a part when every server should have figures; nothing is good. */
export function missingFigures(runs: Rounds<unknown>, servers: readonly ServerName[]): string[] {
  return servers.flatMap((server) => {
    const own = runs.filter((run) => run.server === server);
    if (own.length === 0) return [`${server} was not measured.`];
    return own.flatMap((run) => {
      if ("failure" in run) return [`${server} failed: ${run.failure}`];
      return isFinite(run.figures) ? [] : [`${server} has a figure that is no number.`];
    });
  });
}

/** Whether there is a number, and every number in it is one that can be written down. */
function isFinite(figures: unknown): boolean {
  const numbers: number[] = [];
  JSON.stringify(figures, (_, value: unknown) => {
    if (typeof value === "number") numbers.push(value);
    return value;
  });
  return numbers.length > 0 && numbers.every(Number.isFinite);
}
