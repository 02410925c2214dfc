import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { Handle } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccount } from "../accounts/accounts.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { ringfence } from "../cli/test-ringfence.ts";
import { sendMessage } from "../conversations/send-message.ts";
import { databaseFile, relaySecretFile, vapidKeyFile } from "../data-directory.ts";
import { openSqliteStore } from "../store/group-commit.ts";
import { migrate } from "../store/migrations/migrate.ts";
import { openSqlite } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import { restoreBackup } from "./restore-backup.ts";
import { tableOrder } from "./table-order.ts";
import { takeBackup } from "./take-backup.ts";

const now = Date.parse("2026-03-01T12:34:56Z");
const parts = { bus: createInProcessBus(), now: () => now, logError: console.error };

let root: string;
let from: string;
let to: string;
let file: string;
let store: Store;

/** A server's data, which the server has open: alice and bob have talked. */
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "ringfence-backup-"));
  from = mkdtempSync(join(root, "from-"));
  to = join(root, "to");
  file = join(root, "backup");
  writeFileSync(join(from, relaySecretFile), "a secret\n");
  store = await openSqliteStore(join(from, databaseFile), parts);
  await talk("alice", "bob");
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

async function talk(...handles: [string, string]): Promise<void> {
  await store.write(async (write) => {
    const account = (handle: string) =>
      createAccount(write, {
        handle: Handle.parse(handle),
        displayName: "Zoë 🦊",
        passwordHash: "",
      });
    const [one, other] = [await account(handles[0]), await account(handles[1])];
    await sendMessage(write, one, other, { clientMessageId: randomUUID(), text: 'hé "you"\n' });
  });
}

/** Every row of every table. */
function rowsIn(directory: string): Record<string, unknown[]> {
  using database = new DatabaseSync(join(directory, databaseFile), { readOnly: true });
  const rowsOf = (table: string) => database.prepare(`SELECT * FROM "${table}"`).all();
  return Object.fromEntries(tableOrder.map((table) => [table, rowsOf(table)]));
}

function textOf(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString().split("\n").slice(0, -1);
}

function rewrite(change: (lines: string[]) => string[]): void {
  writeFileSync(file, gzipSync(`${change(textOf(file)).join("\n")}\n`));
}

function edit(text: string, other: string) {
  return (lines: string[]) => lines.map((line) => line.replace(text, other));
}

async function run(directory: string, ...typed: string[]) {
  const command = ringfence(typed, { directory: root, settings: { DATA_DIR: directory } });
  return { code: await command.exited(), said: command.said() };
}

const refusedAs = (code: string) => expect.objectContaining({ code });

describe("a backup", () => {
  test("holds every row and secret, and puts them into an empty directory", async () => {
    const rows = await takeBackup({ dataDirectory: from, databaseUrl: undefined }, file, now);
    expect(await restoreBackup(file, { dataDirectory: to, databaseUrl: undefined })).toBe(rows);
    expect(rowsIn(to)).toEqual(rowsIn(from));
    expect(rowsIn(to)["message"]).toHaveLength(1);
    expect(readFileSync(join(to, relaySecretFile), "utf8")).toBe("a secret");
    expect(existsSync(join(to, vapidKeyFile))).toBe(false);
    await using restored = await openSqliteStore(join(to, databaseFile), parts);
    await restored.write(async ({ db }) => db.selectFrom("account").selectAll().execute());
  });

  test("is this user's alone, and takes no other file's place", async () => {
    await takeBackup({ dataDirectory: from, databaseUrl: undefined }, file, now);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(
      takeBackup({ dataDirectory: from, databaseUrl: undefined }, file, now),
    ).rejects.toEqual(refusedAs("backup-unusable"));
    expect(
      await restoreBackup(file, { dataDirectory: to, databaseUrl: undefined }),
    ).toBeGreaterThan(0);
  });

  test("knows every table, each after those that it refers to", async () => {
    await using db = await openSqlite(":memory:", migrate);
    const tables = await db.introspection.getTables();
    expect(tables.map(({ name }) => name).toSorted()).toEqual(tableOrder.toSorted());
    using database = new DatabaseSync(join(from, databaseFile), { readOnly: true });
    for (const [index, table] of tableOrder.entries()) {
      const references = database.prepare(`PRAGMA foreign_key_list("${table}")`).all();
      for (const { table: referred } of references) {
        expect(tableOrder.slice(0, index), `${table} refers to it`).toContain(referred);
      }
    }
  });

  test("of a server that is of an earlier version is brought forward", async () => {
    const early = mkdtempSync(join(root, "early-"));
    const old = await openSqlite(join(early, databaseFile), (db) =>
      migrate(db, "0003-direct-calls"),
    );
    await old.destroy();
    await takeBackup({ dataDirectory: early, databaseUrl: undefined }, file, now);
    await restoreBackup(file, { dataDirectory: to, databaseUrl: undefined });
    expect(rowsIn(to)["push_subscription"]).toEqual([]);
  });

  test("is taken and restored by commands, while the server runs", async () => {
    expect(await run(from, "backup", file)).toMatchObject({ code: 0 });
    await talk("carol", "dave");
    expect(await run(to, "restore", file)).toMatchObject({ code: 0 });
    expect(rowsIn(to)["account"]).toHaveLength(2);
    expect(await run(to, "restore", file)).toEqual({
      code: 1,
      said: `${to} holds a server's data already. Name an empty directory with DATA_DIR.\n`,
    });
  });
});

describe("what is no whole backup is refused, and leaves no database", () => {
  const damages: [string, () => void][] = [
    ["a file that is none", () => writeFileSync(file, "hello")],
    ["an empty file", () => writeFileSync(file, "")],
    ["one that was cut off", () => writeFileSync(file, readFileSync(file).subarray(0, -100))],
    ["one without its end", () => rewrite((lines) => lines.slice(0, -1))],
    ["one without a row", () => rewrite((lines) => lines.toSpliced(3, 1))],
    ["one with a line after its end", () => rewrite((lines) => [...lines, lines[3] ?? ""])],
    ["one whose head is another's", () => rewrite((lines) => ["{}", ...lines.slice(1)])],
    ["one with a table that is none", () => rewrite(edit('"table":"account"', '"table":"x"'))],
    ["one with a column that is none", () => rewrite(edit('"handle"', '"handel"'))],
    ["one that names a file elsewhere", () => rewrite(edit("relay-secret", "../relay-secret"))],
  ];

  test.each(damages)("%s", async (_, damage) => {
    await takeBackup({ dataDirectory: from, databaseUrl: undefined }, file, now);
    damage();
    await expect(
      restoreBackup(file, { dataDirectory: to, databaseUrl: undefined }),
    ).rejects.toEqual(refusedAs("backup-unusable"));
    const left = existsSync(to) ? readdirSync(to) : [];
    expect(left.filter((name) => name.startsWith(databaseFile))).toEqual([]);
  });

  test("a file that is not there", async () => {
    await expect(
      restoreBackup(file, { dataDirectory: to, databaseUrl: undefined }),
    ).rejects.toEqual(refusedAs("backup-unusable"));
  });

  test("one of a later version, by another word", async () => {
    await takeBackup({ dataDirectory: from, databaseUrl: undefined }, file, now);
    rewrite(([head = "", ...lines]) => [head.replace("[", '["9999-later",'), ...lines]);
    await expect(
      restoreBackup(file, { dataDirectory: to, databaseUrl: undefined }),
    ).rejects.toEqual(refusedAs("backup-too-new"));
  });
});
