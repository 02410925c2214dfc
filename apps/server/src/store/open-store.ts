import { join } from "node:path";
import { databaseFile } from "../data-directory.ts";
import { openSqliteStore } from "./group-commit.ts";
import type { Store, StoreParts } from "./store.ts";

/** Where a server keeps everything that people did. */
export interface DatabasePlace {
  readonly dataDirectory: string;
  /** Of a PostgreSQL. Undefined: a file of the data directory. */
  readonly databaseUrl: string | undefined;
}

/**
 * Opens the database of a server, and brings it forward to what this program knows.
 *
 * @throws DatabaseTooNewError, OperatorError `database-unusable`
 */
export async function openStore(place: DatabasePlace, parts: StoreParts): Promise<Store> {
  if (place.databaseUrl === undefined) {
    return await openSqliteStore(join(place.dataDirectory, databaseFile), parts);
  }
  // Only whoever has a PostgreSQL loads what speaks to it.
  const { openPostgresStore } = await import("./postgres/postgres-store.ts");
  return await openPostgresStore(place.databaseUrl, parts);
}
