import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { DatabaseTooNewError } from "./errors.ts";
import { openSqliteStore } from "./group-commit.ts";
import type { Store } from "./store.ts";

const parts = { bus: createInProcessBus(), now: () => 1_000, logError: console.error };
let directory: string;
let path: string;
let store: Store;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-file-"));
  path = join(directory, "test.sqlite");
  store = await openSqliteStore(path, parts);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

describe("the file", () => {
  test("has every migration after the first opening, and opens again as it is", async () => {
    const schema = () => {
      using database = new DatabaseSync(path, { readOnly: true });
      return database.prepare("select name, sql from sqlite_master order by name").all();
    };
    const before = schema();
    expect(before.length).toBeGreaterThan(20);
    const note = { name: "ready-check", value: "kept" } as const;
    await store.write(({ db }) => db.insertInto("server_note").values(note).execute());
    await store[Symbol.asyncDispose]();
    store = await openSqliteStore(path, parts);
    expect(schema()).toEqual(before);
    expect(await store.db.selectFrom("server_note").selectAll().execute()).toEqual([note]);
  });

  test("of a newer version is refused and left as it is", async () => {
    await store[Symbol.asyncDispose]();
    const tables = () => {
      using database = new DatabaseSync(path, { readOnly: true });
      return database.prepare("select * from kysely_migration order by name").all();
    };
    using database = new DatabaseSync(path);
    database.exec("insert into kysely_migration values ('9999-from-the-future', '2040-01-01')");
    database.close();
    const before = tables();
    const opening = openSqliteStore(path, parts);
    await expect(opening).rejects.toBeInstanceOf(DatabaseTooNewError);
    await expect(opening).rejects.toThrow("9999-from-the-future");
    expect(tables()).toEqual(before);
    store = await openSqliteStore(join(directory, "another.sqlite"), parts);
  });

  test("waits for the disk with every commit", async () => {
    expect(await readPragma("synchronous")).toEqual({ synchronous: 2 });
    expect(await readPragma("journal_mode")).toEqual({ journal_mode: "wal" });
    expect(await readPragma("foreign_keys")).toEqual({ foreign_keys: 1 });
    expect(await readPragma("secure_delete")).toEqual({ secure_delete: 1 });
  });
});

describe("a file that cannot be the database", () => {
  test.each([
    [
      "that is no database",
      () => writeFileSync(path, "this is no database, whatever its name says"),
    ],
    [
      "that is a directory",
      () => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      "that is damaged",
      () => {
        const whole = readFileSync(path);
        writeFileSync(path, whole.fill(7, 100, whole.length));
      },
    ],
  ])("%s is named, with what can be done", async (_, spoil) => {
    await store[Symbol.asyncDispose]();
    spoil();
    const opening = openSqliteStore(path, parts);
    await expect(opening).rejects.toMatchObject({
      code: "database-unusable",
      message: expect.stringContaining(path),
    });
    path = join(directory, "another.sqlite");
    store = await openSqliteStore(path, parts);
  });
});

function readPragma(text: string): Promise<unknown> {
  return store.write(async ({ db }) => (await sql.raw(`pragma ${text}`).execute(db)).rows[0]);
}
