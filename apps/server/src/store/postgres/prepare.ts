import { type Kysely, sql } from "kysely";
import { tableOrder } from "../../backup/table-order.ts";
import { postgresLimits } from "../../limits.ts";
import { OperatorError } from "../../operator-error.ts";
import { isUpToDate, migrate } from "../migrations/migrate.ts";
import type { Tables } from "../tables.ts";

/** Chosen by chance, for nothing else in a database to have: "one node prepares it now". */
const preparingLock = 7_295_018_446_241;

/**
 * Brings a database forward, whichever of several nodes that start at once comes first; the others
 * wait for it.
 *
 * @param upTo as `migrate`
 * @throws DatabaseTooNewError, OperatorError `database-unusable`
 */
export async function preparePostgres(db: Kysely<Tables>, upTo?: string): Promise<void> {
  await checkServer(db);
  if (upTo === undefined && (await isPrepared(db))) return;
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${sql.lit(preparingLock)})`.execute(connection);
    try {
      await bringForward(connection, upTo);
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(preparingLock)})`.execute(connection);
    }
  });
}

/**
 * Brings the tables forward, for whoever sees to it that nobody else does at the same time.
 *
 * @throws DatabaseTooNewError
 */
export async function bringForward(db: Kysely<Tables>, upTo?: string): Promise<void> {
  await migrate(db, upTo);
  await compareByBytes(db);
}

async function isPrepared(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ isThere: boolean }>`
    select to_regclass('kysely_migration') is not null as "isThere"`.execute(db);
  if (rows[0]?.isThere !== true || !(await isUpToDate(db))) return false;
  return (await columnsComparedOtherwise(db)).length === 0;
}

/** @throws OperatorError `database-unusable` where no Ringfence can run on it */
export async function checkServer(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ version: number; encoding: string; isStandby: boolean }>`
    select current_setting('server_version_num')::integer as version,
           current_setting('server_encoding') as encoding,
           pg_is_in_recovery() as "isStandby"`.execute(db);
  const [server] = rows;
  if (server === undefined) return;
  const version = Math.floor(server.version / 10_000);
  if (version < postgresLimits.versionMin) {
    throw unusable(
      `It is PostgreSQL ${version}. Ringfence needs version ${postgresLimits.versionMin} or a later one.`,
    );
  }
  if (server.encoding !== "UTF8") {
    throw unusable(
      `It keeps text as ${server.encoding}. Make a database with the encoding UTF8 (createdb --encoding=UTF8 --template=template0).`,
    );
  }
  if (server.isStandby) {
    throw unusable("It is a standby, which may only be read. Name the primary in DATABASE_URL.");
  }
}

/**
 * Ids and handles are ordered by their bytes, as in a file and in the client. The order of a language
 * is another, and with the next version of the operating system's library yet another, under which
 * indexes no longer find what is there.
 */
async function compareByBytes(db: Kysely<Tables>): Promise<void> {
  for (const { table, columns } of await columnsComparedOtherwise(db)) {
    const changes = columns.map(
      (column) => sql`alter column ${sql.ref(column)} type text collate "C"`,
    );
    await sql`alter table ${sql.table(table)} ${sql.join(changes)}`.execute(db);
  }
}

async function columnsComparedOtherwise(db: Kysely<Tables>) {
  const { rows } = await sql<{ table: string; columns: string[] }>`
    select c.relname as "table", array_agg(a.attname::text) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
       and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype
       and a.attcollation <> 'pg_catalog."C"'::regcollation
       and c.relname = any(${sql.val([...tableOrder])})
     group by c.relname`.execute(db);
  return rows;
}

function unusable(reason: string): OperatorError {
  return new OperatorError(
    "database-unusable",
    `The database of DATABASE_URL cannot be used. ${reason}`,
  );
}
