import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { databaseFile } from "../../data-directory.ts";
import type { Finding } from "./finding.ts";
import { judgeClock } from "./judge-clock.ts";

/**
 * Compares the clock with what can be had without asking strangers: the times that this server wrote
 * down before, the age of the program itself, and the proxy's `Date`.
 *
 * @param date of the answer through the address that people type
 */
export async function checkClock(directory: string, date: string | undefined): Promise<Finding> {
  const now = Date.now();
  const programAt = statSync(import.meta.filename).mtimeMs;
  return judgeClock(now, {
    programAt,
    writtenAt: latestTimeIn(join(directory, databaseFile)),
    proxyAt: date === undefined ? undefined : Date.parse(date),
  });
}

/** The latest moment that the server wrote down; undefined where it has written none. */
function latestTimeIn(path: string): number | undefined {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const row = database
      .prepare(
        `SELECT max(
           coalesce((SELECT CAST(value AS INTEGER) FROM server_note WHERE name = 'ready-check'), 0),
           coalesce((SELECT max(created_at) FROM device), 0),
           coalesce((SELECT max(last_seen_at) FROM device), 0)
         ) AS latest`,
      )
      .get();
    const latest = Number(row?.["latest"] ?? 0);
    return latest === 0 ? undefined : latest;
  } catch {
    // Whatever is wrong with the database has a line of its own.
    return undefined;
  }
}
