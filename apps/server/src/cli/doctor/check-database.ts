import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { databaseFile } from "../../data-directory.ts";
import { migrationNames } from "../../store/migrations/migrate.ts";
import { remedyFor } from "../../store/sqlite.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

/** Reads the whole database once, beside a server that may be writing to it. */
export function checkDatabase(directory: string): Finding[] {
  const path = join(directory, databaseFile);
  if (!existsSync(path)) return [good("database", "There is none yet: the first start makes it.")];
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    return [checkWhole(database, path), ...checkMigrations(database)];
  } catch (error) {
    return [unreadable(path, error)];
  }
}

function checkWhole(database: DatabaseSync, path: string): Finding {
  const begunMs = performance.now();
  const rows = database.prepare("PRAGMA quick_check(1)").all();
  const word = String(rows[0]?.["quick_check"] ?? "nothing was answered");
  const tookMs = Math.round(performance.now() - begunMs);
  if (word === "ok") return good("database", `${path} is whole (read in ${tookMs} ms).`);
  return fault("database", `${path} is damaged: ${word}.`, restore);
}

const restore = "Stop the server, keep a copy of the directory, and put a backup in its place.";

function checkMigrations(database: DatabaseSync): Finding[] {
  const isTold = database
    .prepare("SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'")
    .get();
  const applied =
    isTold === undefined
      ? []
      : database
          .prepare("SELECT name FROM kysely_migration ORDER BY name")
          .all()
          .map(({ name }) => String(name));
  const unknown = applied.filter((name) => !migrationNames.includes(name));
  if (unknown.length > 0) {
    return [
      fault(
        "database",
        `It was written by a newer version of Ringfence (it has ${unknown.join(", ")}).`,
        "Start that version again, or restore a backup made with this one.",
      ),
    ];
  }
  const missing = migrationNames.filter((name) => !applied.includes(name));
  if (missing.length === 0) return [];
  return [
    warning(
      "database",
      `It is of an older version: the next start brings it forward (${missing.join(", ")}).`,
      "Copy the data directory before that start: there is no way back.",
    ),
  ];
}

function unreadable(path: string, error: unknown): Finding {
  const remedy = remedyFor(error);
  if (remedy !== undefined) return fault("database", `${path} cannot be used.`, remedy);
  const { code = "unknown error", message } = error as NodeJS.ErrnoException;
  return fault("database", `${path} cannot be read (${code}: ${message}).`, restore);
}
