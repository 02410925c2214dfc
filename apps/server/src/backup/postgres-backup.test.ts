import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Handle } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccount } from "../accounts/accounts.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { ringfence } from "../cli/test-ringfence.ts";
import { sendMessage } from "../conversations/send-message.ts";
import { relaySecretFile, vapidKeyFile } from "../data-directory.ts";
import { type DatabasePlace, openStore } from "../store/open-store.ts";
import { keepSecrets } from "../store/postgres/kept-secrets.ts";
import { dumpTables, newPostgres } from "../store/test-store.ts";
import { restoreBackup } from "./restore-backup.ts";
import { takeBackup } from "./take-backup.ts";

const now = Date.parse("2026-03-01T12:34:56Z");
const parts = { bus: createInProcessBus(), now: () => now, logError: console.error };
const secrets = { [relaySecretFile]: "a secret", [vapidKeyFile]: "a key" };

let root: string;
let file: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ringfence-move-"));
  file = join(root, "backup");
});
afterEach(() => rmSync(root, { recursive: true }));

async function inFile(): Promise<DatabasePlace> {
  return { dataDirectory: mkdtempSync(join(root, "data-")), databaseUrl: undefined };
}

async function inPostgres(): Promise<DatabasePlace> {
  return { dataDirectory: root, databaseUrl: await newPostgres("nothing") };
}

async function talk(place: DatabasePlace): Promise<void> {
  await using store = await openStore(place, parts);
  await store.write(async (write) => {
    const account = (handle: string) =>
      createAccount(write, {
        handle: Handle.parse(handle),
        displayName: "Zoë 🦊",
        passwordHash: "",
      });
    const [one, other] = [await account("alice"), await account("bob")];
    await sendMessage(write, one, other, { clientMessageId: randomUUID(), text: 'hé "you"\n' });
  });
}

/** As a start does: in files, or in the database. */
async function haveSecrets({ dataDirectory, databaseUrl }: DatabasePlace): Promise<void> {
  if (databaseUrl === undefined) {
    for (const [name, value] of Object.entries(secrets)) {
      writeFileSync(join(dataDirectory, name), value);
    }
  } else {
    await keepSecrets(databaseUrl, {
      [relaySecretFile]: () => secrets[relaySecretFile],
      [vapidKeyFile]: () => secrets[vapidKeyFile],
    });
  }
}

const none = () => "";

async function secretsIn({ dataDirectory, databaseUrl }: DatabasePlace) {
  if (databaseUrl !== undefined) {
    return await keepSecrets(databaseUrl, { [relaySecretFile]: none, [vapidKeyFile]: none });
  }
  return Object.fromEntries(
    Object.keys(secrets).map((name) => [name, readFileSync(join(dataDirectory, name), "utf8")]),
  );
}

async function rowsIn(place: DatabasePlace) {
  await using store = await openStore(place, parts);
  const { server_note: _, ...rows } = await dumpTables(store.db);
  return rows;
}

const kinds = { "a file": inFile, "a PostgreSQL": inPostgres } as const;
type Kind = keyof typeof kinds;

describe("everything of a server moves", () => {
  test.each<[Kind, Kind]>([
    ["a file", "a PostgreSQL"],
    ["a PostgreSQL", "a file"],
    ["a PostgreSQL", "a PostgreSQL"],
  ])("from %s to %s", async (fromKind, toKind) => {
    const [from, to] = [await kinds[fromKind](), await kinds[toKind]()];
    await talk(from);
    await haveSecrets(from);
    const rows = await takeBackup(from, file, now);
    expect(await restoreBackup(file, to)).toBe(rows);
    expect(await rowsIn(to)).toEqual(await rowsIn(from));
    expect((await rowsIn(to))["message"]).toHaveLength(1);
    expect(await secretsIn(to)).toEqual(secrets);
  });
});

test("a backup holds one moment, whatever is written while it is taken", async () => {
  const from = await inPostgres();
  await talk(from);
  await using store = await openStore(from, parts);
  const taking = takeBackup(from, file, now);
  await store.write(async ({ db }) => {
    await db.deleteFrom("message").execute();
    await db.deleteFrom("account").execute();
  });
  await taking;
  const to = await inFile();
  await restoreBackup(file, to);
  const { account, message } = await rowsIn(to);
  // All of it or nothing of it: never people without what they wrote.
  expect([0, 2]).toContain(account?.length);
  expect(message).toHaveLength((account?.length ?? 0) / 2);
});

describe("a restore is refused", () => {
  test("by a database that holds a server's data, which stays as it is", async () => {
    const from = await inPostgres();
    await talk(from);
    await takeBackup(from, file, now);
    const before = await rowsIn(from);
    const refused = { code: "database-not-empty" };
    await expect(restoreBackup(file, from)).rejects.toMatchObject(refused);
    expect(await rowsIn(from)).toEqual(before);
  });

  test("where the backup is damaged, and leaves the database empty", async () => {
    const [from, to] = [await inPostgres(), await inPostgres()];
    await talk(from);
    await takeBackup(from, file, now);
    writeFileSync(file, readFileSync(file).subarray(0, -40));
    await expect(restoreBackup(file, to)).rejects.toMatchObject({ code: "backup-unusable" });
    await expect(takeBackup(to, `${file}-2`, now)).rejects.toMatchObject({
      code: "no-server-here",
    });
  });
});

async function run(typed: string[], { dataDirectory, databaseUrl }: DatabasePlace) {
  const settings = { DATA_DIR: dataDirectory, ...(databaseUrl && { DATABASE_URL: databaseUrl }) };
  const command = ringfence(typed, { directory: root, settings });
  return { code: await command.exited(), said: command.said() };
}

test("the commands move a server by DATABASE_URL", async () => {
  const [from, to] = [await inFile(), await inPostgres()];
  await talk(from);
  expect(await run(["backup", file], from)).toMatchObject({ code: 0 });
  expect(await run(["restore", file], to)).toMatchObject({ code: 0 });
  expect(await rowsIn(to)).toEqual(await rowsIn(from));
  const again = await run(["restore", file], to);
  expect(again).toMatchObject({ code: 1 });
  expect(again.said).toContain("holds a server's data already. Name an empty one");
});
