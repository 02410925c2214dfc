import { type Kysely, type Transaction, sql } from "kysely";
import { postgresLimits } from "../limits.ts";
import { OperatorError } from "../operator-error.ts";
import { migrate } from "../store/migrations/migrate.ts";
import { connectPatiently } from "../store/postgres/connect.ts";
import { type SecretNote, secretNotes } from "../store/postgres/kept-secrets.ts";
import { inWordsForOperators, placeOf } from "../store/postgres/operator-words.ts";
import { bringForward } from "../store/postgres/prepare.ts";
import type { Tables } from "../store/tables.ts";
import { type Entry, type Head, type Row, headOf, writeBackupFile } from "./backup-file.ts";
import { tableOrder } from "./table-order.ts";

/**
 * Writes everything of a PostgreSQL into one file, as it stands at one moment. Servers that run on it
 * write on meanwhile and wait for nothing.
 *
 * @returns how many rows
 * @throws OperatorError `no-server-here`, `backup-unusable`, `database-unusable`
 */
export async function takePostgresBackup(url: string, path: string, now: number): Promise<number> {
  return await inWordsForOperators(url, async () => {
    await using db = connectPatiently(url);
    return await db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute(async (moment) => {
        if (!(await hasTable(moment, "kysely_migration"))) throw noServerAt(url);
        const head = headOf(now, await migrationsOf(moment));
        return await writeBackupFile(path, head, entriesOf(moment));
      });
  });
}

/**
 * Fills an empty PostgreSQL. All of it is one transaction: one that fails leaves nothing.
 *
 * @param fill puts in what the backup holds, into tables of its version
 * @throws OperatorError `database-not-empty`, `database-unusable`, and what `fill` throws
 */
export async function restoreIntoPostgres(
  url: string,
  head: Head,
  secrets: ReadonlyMap<string, string>,
  fill: (db: Transaction<Tables>) => Promise<number>,
): Promise<number> {
  return await inWordsForOperators(url, async () => {
    await using db = connectPatiently(url);
    return await db.transaction().execute(async (whole) => {
      if (await hasTable(whole, "kysely_migration")) throw notEmpty(url);
      await migrate(whole, head.migrations.at(-1));
      const rows = await fill(whole);
      await bringForward(whole);
      for (const [name, value] of secrets) {
        if (!isSecretNote(name)) continue;
        await whole.insertInto("server_note").values({ name, value }).execute();
      }
      return rows;
    });
  });
}

/** A secret is told apart from the rows, so that it can go into a file again. */
async function* entriesOf(db: Transaction<Tables>): AsyncGenerator<Entry> {
  for (const table of tableOrder) {
    // A table of a later version is not there yet: the program is newer than the server was.
    if (!(await hasTable(db, table))) continue;
    for await (const row of rowsOf(db, table)) {
      const { name, value } = row;
      if (table === "server_note" && isSecretNote(name)) {
        yield { secret: name, value: String(value) };
      } else yield { table, row };
    }
  }
}

/** Some at a time: a table may be larger than this machine's memory. */
async function* rowsOf(db: Transaction<Tables>, table: string): AsyncGenerator<Row> {
  await sql`declare backup_rows no scroll cursor for select * from ${sql.table(table)}`.execute(db);
  for (;;) {
    const { rows } = await sql<Row>`
      fetch ${sql.lit(postgresLimits.backupRowsAtOnce)} from backup_rows`.execute(db);
    if (rows.length === 0) break;
    yield* rows;
  }
  await sql`close backup_rows`.execute(db);
}

async function migrationsOf(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

async function hasTable(db: Kysely<Tables>, table: string): Promise<boolean> {
  const { rows } = await sql<{ isThere: boolean }>`
    select to_regclass(${`"${table}"`}) is not null as "isThere"`.execute(db);
  return rows[0]?.isThere === true;
}

function isSecretNote(name: unknown): name is SecretNote {
  return secretNotes.some((note) => note === name);
}

function noServerAt(url: string): OperatorError {
  return new OperatorError(
    "no-server-here",
    `There is no server's data in the database at ${placeOf(url)}. Name the right one with DATABASE_URL.`,
  );
}

function notEmpty(url: string): OperatorError {
  return new OperatorError(
    "database-not-empty",
    `The database at ${placeOf(url)} holds a server's data already. Name an empty one with DATABASE_URL.`,
  );
}
