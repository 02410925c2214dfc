import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { databaseFile, relaySecretFile, vapidKeyFile } from "../data-directory.ts";
import { OperatorError } from "../operator-error.ts";
import type { DatabasePlace } from "../store/open-store.ts";
import { type Entry, headOf, type Row, writeBackupFile } from "./backup-file.ts";
import { tableOrder } from "./table-order.ts";

/** What the server keeps beside its database. */
export const secretFiles: readonly string[] = [relaySecretFile, vapidKeyFile];

/**
 * Writes everything of a server into one file, as it stands at one moment, while the server runs or
 * not. A server that runs writes on meanwhile and waits for nothing.
 *
 * @returns how many rows
 * @throws OperatorError `no-server-here`, `backup-unusable`, `database-unusable`
 */
export async function takeBackup(
  { dataDirectory, databaseUrl }: DatabasePlace,
  path: string,
  now: number,
): Promise<number> {
  if (databaseUrl !== undefined) {
    const { takePostgresBackup } = await import("./postgres-backup.ts");
    return await takePostgresBackup(databaseUrl, path, now);
  }
  const databasePath = join(dataDirectory, databaseFile);
  if (!existsSync(databasePath)) {
    throw new OperatorError(
      "no-server-here",
      `There is no server's data in ${dataDirectory}. Name the right directory with DATA_DIR.`,
    );
  }
  using database = new DatabaseSync(databasePath, { readOnly: true });
  // A reader keeps what stands at its first read, for as long as its transaction lasts.
  database.exec("BEGIN");
  const head = headOf(now, migrationsOf(database));
  return await writeBackupFile(path, head, entriesOf(database, dataDirectory));
}

function migrationsOf(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT name FROM kysely_migration ORDER BY name").all();
  return rows.map(({ name }) => String(name));
}

function* entriesOf(database: DatabaseSync, dataDirectory: string): Generator<Entry> {
  for (const secret of secretFiles) {
    const path = join(dataDirectory, secret);
    // The operator may have set it in the environment instead.
    if (existsSync(path)) yield { secret, value: readFileSync(path, "utf8").trim() };
  }
  for (const table of tableOrder) {
    // A table of a later version is not there yet: the program is newer than the server was.
    if (!isThere(database, table)) continue;
    for (const row of database.prepare(`SELECT * FROM "${table}"`).iterate()) {
      yield { table, row: { ...row } as Row };
    }
  }
}

function isThere(database: DatabaseSync, table: string): boolean {
  const query = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
  return query.get(table) !== undefined;
}
