import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { inject } from "vitest";
import { tableOrder } from "../backup/table-order.ts";
import { type DatabasePlace, openStore } from "./open-store.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";
import { connectPatiently } from "./postgres/connect.ts";
import { DatabasesOfDirectories, makeDatabase } from "./postgres/test-databases.ts";
import { openSqlite } from "./sqlite.ts";
import type { Reader, Store, StoreParts } from "./store.ts";
import type { Tables } from "./tables.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A PostgreSQL for these tests. Missing: they run on files. */
    postgresUrl?: string;
  }
}

const server = inject("postgresUrl");
const databases = server === undefined ? undefined : new DatabasesOfDirectories(server);

export const isOnPostgres = server !== undefined;

/** Opens the database of a directory as a server that starts does, on what this run of the tests is for. */
export async function openTestStore(directory: string, parts: StoreParts): Promise<Store> {
  return await openStore(await placeOf(directory), parts);
}

/** The same, with queries that are answered in the order in which they are asked, as those of a file are. */
export async function openTestStoreInOrder(directory: string, parts: StoreParts): Promise<Store> {
  const { databaseUrl } = await placeOf(directory);
  if (databaseUrl === undefined) return await openTestStore(directory, parts);
  return await openPostgresStore(databaseUrl, parts, { connectionsMax: 1 });
}

/** Opens a new database that is gone with its store. */
export async function openPassingStore(parts: StoreParts): Promise<Store> {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-passing-"));
  const store = await openTestStore(directory, parts);
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Opens a new database that only this has prepared. */
export async function openBareDatabase(
  prepare: (db: Kysely<Tables>) => Promise<void>,
): Promise<Kysely<Tables>> {
  if (server === undefined) return await openSqlite(":memory:", prepare);
  const db = connectPatiently(await makeDatabase(server, "nothing"));
  await prepare(db);
  return db;
}

/** @returns the address of a new PostgreSQL database, with every table or with nothing in it */
export async function newPostgres(content: "tables" | "nothing"): Promise<string> {
  if (server === undefined) throw new Error("this test needs a PostgreSQL");
  return await makeDatabase(server, content);
}

/** What a command or a server has to be told to find the database of a directory. */
export async function settingsOf(directory: string): Promise<Record<string, string>> {
  const { databaseUrl } = await placeOf(directory);
  return { DATA_DIR: directory, ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) };
}

/** Every row of every table, to see that nothing changed or that nothing is left. */
export async function dumpTables(db: Reader): Promise<Record<string, unknown[]>> {
  const dump: Record<string, unknown[]> = {};
  for (const table of tableOrder) {
    const rows = await db.selectFrom(table).selectAll().execute();
    // They come in any order.
    dump[table] = rows
      .map((row) => JSON.stringify(row))
      .toSorted()
      .map((row) => JSON.parse(row) as unknown);
  }
  return dump;
}

async function placeOf(directory: string): Promise<DatabasePlace> {
  return { dataDirectory: directory, databaseUrl: await databases?.urlOf(directory) };
}
