import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Kysely, Transaction } from "kysely";
import { databaseFile, openDataDirectory } from "../data-directory.ts";
import { OperatorError } from "../operator-error.ts";
import { DatabaseAwayError } from "../store/errors.ts";
import { migrate, migrationNames } from "../store/migrations/migrate.ts";
import { openSqlite } from "../store/sqlite.ts";
import type { DatabasePlace } from "../store/open-store.ts";
import type { Tables } from "../store/tables.ts";
import { type Head, readBackupFile, type Row } from "./backup-file.ts";
import { tableOrder } from "./table-order.ts";
import { secretFiles } from "./take-backup.ts";

const rowsAtOnce = 100;

/**
 * Puts everything of a backup into an empty data directory or PostgreSQL, whichever of the two it was
 * taken from. The database stands there only once all of it is in, so that one that fails leaves
 * nothing but the empty place.
 *
 * @returns how many rows
 * @throws OperatorError `backup-unusable`, `backup-too-new`, `data-directory-not-empty`,
 * `database-not-empty`, `database-unusable` and those of `openDataDirectory`
 */
export async function restoreBackup(
  path: string,
  { dataDirectory, databaseUrl }: DatabasePlace,
): Promise<number> {
  // All of it once, so that a damaged one is found before anything is made.
  const { head, secrets } = await survey(path);
  const unknown = head.migrations.filter((name) => !migrationNames.includes(name));
  if (unknown.length > 0) {
    throw new OperatorError(
      "backup-too-new",
      `${path} was made by a later version of Ringfence. Restore it with that version or a later one.`,
    );
  }
  if (databaseUrl !== undefined) {
    const { restoreIntoPostgres } = await import("./postgres-backup.ts");
    return await restoreIntoPostgres(databaseUrl, head, secrets, (db) => insertAll(db, path));
  }
  using directory = openDataDirectory(dataDirectory);
  const database = directory.file(databaseFile);
  if (existsSync(database)) {
    throw new OperatorError(
      "data-directory-not-empty",
      `${dataDirectory} holds a server's data already. Name an empty directory with DATA_DIR.`,
    );
  }
  const draft = `${database}.restoring`;
  removeDatabase(draft);
  try {
    const rows = await fill(draft, path, head);
    for (const [name, value] of secrets) {
      writeFileSync(directory.file(name), value, { mode: 0o600, flush: true });
    }
    renameSync(draft, database);
    return rows;
  } finally {
    removeDatabase(draft);
  }
}

async function survey(path: string): Promise<{ head: Head; secrets: Map<string, string> }> {
  let head: Head | undefined;
  const secrets = new Map<string, string>();
  for await (const part of readBackupFile(path)) {
    if ("migrations" in part) head = part;
    else if ("secret" in part) {
      // A name is a path: only those that we know.
      if (!secretFiles.includes(part.secret)) throw doesNotFit(path);
      secrets.set(part.secret, part.value);
    }
  }
  if (head === undefined) throw doesNotFit(path);
  return { head, secrets };
}

async function fill(database: string, path: string, head: Head): Promise<number> {
  const db = await openSqlite(database, (fresh) => migrate(fresh, head.migrations.at(-1)));
  try {
    const rows = await db.transaction().execute((transaction) => insertAll(transaction, path));
    await migrate(db);
    return rows;
  } catch (error) {
    throw error instanceof OperatorError ? error : doesNotFit(path, error);
  } finally {
    await db.destroy();
  }
}

async function insertAll(db: Transaction<Tables>, path: string): Promise<number> {
  let rows = 0;
  try {
    for (const table of tableOrder.toReversed()) await empty(db, table);
    const insert = new Inserter(db);
    for await (const part of readBackupFile(path)) {
      if (!("row" in part)) continue;
      await insert.add(part.table, part.row);
      rows += 1;
    }
    await insert.flush();
  } catch (error) {
    throw error instanceof OperatorError || error instanceof DatabaseAwayError
      ? error
      : doesNotFit(path, error);
  }
  return rows;
}

/** What a migration itself has put in is in the backup too. */
async function empty(db: Kysely<Tables>, table: keyof Tables): Promise<void> {
  const tables = await db.introspection.getTables();
  if (tables.some(({ name }) => name === table)) await db.deleteFrom(table).execute();
}

/** Rows of one table at a time, some at once. */
class Inserter {
  readonly #db: Transaction<Tables>;
  #table = "";
  #rows: Row[] = [];

  constructor(db: Transaction<Tables>) {
    this.#db = db;
  }

  async add(table: string, row: Row): Promise<void> {
    if (table !== this.#table || this.#rows.length >= rowsAtOnce) await this.flush();
    this.#table = table;
    this.#rows.push(row);
  }

  async flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length === 0) return;
    // The tables of that version, of which only the database knows the columns.
    const db = this.#db.withTables<Record<string, Row>>();
    await db.insertInto(this.#table).values(rows).execute();
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
}

function doesNotFit(path: string, cause?: unknown): OperatorError {
  return new OperatorError(
    "backup-unusable",
    `${path} is no backup that this version can restore. Nothing was restored.`,
    { cause },
  );
}
