import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { CompiledQuery, DummyDriver, Kysely, SqliteDialect, Transaction } from "kysely";
import type { Dialect, SqliteDatabase, SqliteStatement } from "kysely";
import { OperatorError } from "../operator-error.ts";
import type { Tables } from "./tables.ts";

const preparedStatementsMax = 500;
const busyTimeoutMs = 5_000;
/**
 * Every transaction here writes. One that begins as a reader is refused its first write when an
 * operator's command wrote in between; one that begins as a writer waits for its turn.
 */
const beginWriting = "begin immediate";
const transaction = {
  begin: CompiledQuery.raw(beginWriting),
  commit: CompiledQuery.raw("commit"),
  rollBack: CompiledQuery.raw("rollback"),
};

/** https://www.sqlite.org/rescode.html: what the operator can do something about. */
const remedies: Readonly<Record<number, string>> = {
  8: "It may only be read. Give this user the right to write to it.",
  11: "It is damaged. Put a backup in its place, or move it away to begin with an empty one.",
  13: "The disk is full. Make room, then start again.",
  14: "It cannot be opened. It must be a file that this user may read and write.",
  26: "It is no database. Put a backup in its place, or move it away to begin with an empty one.",
};

/**
 * Opens the embedded database, in words for the operator where that cannot be.
 *
 * @param path a file, or ":memory:"
 * @throws OperatorError `database-unusable`
 */
export async function openSqlite(
  path: string,
  prepare: (db: Kysely<Tables>) => Promise<void>,
): Promise<Kysely<Tables>> {
  try {
    const db = open(path);
    await prepare(db);
    return db;
  } catch (error) {
    const remedy = remedyFor(error);
    if (remedy === undefined) throw error;
    const cause = { cause: error };
    throw new OperatorError("database-unusable", `${path} cannot be used. ${remedy}`, cause);
  }
}

/** What the operator can do about an error of SQLite; undefined where it is none of theirs. */
export function remedyFor(error: unknown): string | undefined {
  // The low byte is the primary code of an extended one.
  return remedies[Number((error as { errcode?: number }).errcode) & 0xff];
}

/** A transaction's queries go to the connection that it has already. */
const noDialect: Dialect = new SqliteDialect({
  database: () => Promise.reject(new Error("a transaction opens no database")),
});
const ofNoDriver = {
  config: { dialect: noDialect },
  dialect: noDialect,
  driver: new DummyDriver(),
};

/**
 * Runs the work in a transaction, as Kysely does, and without what it does around each query for the
 * sake of databases that are far away: here that took longer than the query.
 */
export async function inTransaction(
  db: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<void>,
): Promise<void> {
  const executor = db.getExecutor();
  await executor.provideConnection(async (connection) => {
    let isOver = false;
    const inside = executor.withConnectionProvider({
      provideConnection(consumer) {
        if (isOver) throw new Error("a transaction that is over takes no queries");
        return consumer(connection);
      },
    });
    await connection.executeQuery(transaction.begin);
    try {
      await work(new Transaction({ ...ofNoDriver, executor: inside }));
      await connection.executeQuery(transaction.commit);
    } catch (error) {
      await connection.executeQuery(transaction.rollBack);
      throw error;
    } finally {
      isOver = true;
    }
  });
}

/** Every commit is on the disk before it is acknowledged (`synchronous=FULL`). */
function open(path: string): Kysely<Tables> {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
  `);
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: preparing(database) }) });
}

/** Kysely speaks to better-sqlite3; this says the same with Node's own module. */
function preparing(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      let statement = prepared.get(sql);
      if (statement === undefined) {
        statement = adapt(database.prepare(sql === "begin" ? beginWriting : sql));
        // The oldest goes: queries with lists of many lengths must not grow this without bound.
        const oldest = prepared.keys().next();
        if (prepared.size >= preparedStatementsMax && oldest.done === false)
          prepared.delete(oldest.value);
        prepared.set(sql, statement);
      }
      return statement;
    },
  };
}

function adapt(statement: StatementSync): SqliteStatement {
  let names = namesOf(statement);
  // Names are looked up once for a statement, where Node would do so for every row.
  statement.setReturnArrays(true);
  const rowOf = (values: readonly unknown[]): Record<string, unknown> => {
    // A migration adds columns to a table of which a statement selects all.
    if (values.length !== names.length) names = namesOf(statement);
    const row: Record<string, unknown> = {};
    for (let column = 0; column < values.length; column++)
      row[names[column] ?? ""] = values[column];
    return row;
  };
  return {
    reader: names.length > 0,
    // Node's types do not know what `setReturnArrays` changes.
    all: (parameters) =>
      (statement.all(...valuesOf(parameters)) as unknown as unknown[][]).map(rowOf),
    run: (parameters) => statement.run(...valuesOf(parameters)),
    *iterate(parameters) {
      for (const values of statement.iterate(...valuesOf(parameters))) {
        yield rowOf(values as unknown as unknown[]);
      }
    },
  };
}

function namesOf(statement: StatementSync): string[] {
  return statement.columns().map(({ name }) => name);
}

function valuesOf(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}
