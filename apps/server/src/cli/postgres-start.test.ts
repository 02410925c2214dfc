import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSecret } from "../data-directory.ts";
import { makeVapidKey } from "../push/vapid-key.ts";
import { holdDatabase } from "../store/postgres/hold-database.ts";
import { newPostgres } from "../store/test-store.ts";
import { freePort } from "./test-free-port.ts";
import { ringfence } from "./test-ringfence.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-start-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function tablesOf(url: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query("select 1 from pg_tables where schemaname = 'public'");
  await client.end();
  return rows;
}

test.each([
  ["finds its secrets in it", {}],
  ["is told its secrets", { RELAY_SECRET: makeSecret(), VAPID_KEY: makeVapidKey() }],
])(
  "a start that %s changes nothing of a database on which another runs",
  async (_, secrets) => {
    const url = await newPostgres("nothing");
    const logger = pino({ level: "silent" });
    await using _held = await holdDatabase(url, { logger, isShared: false, lost() {} });
    const settings = { DATABASE_URL: url, HOST: "127.0.0.1", PORT: String(await freePort()) };
    const started = ringfence(["start"], { directory, settings: { ...settings, ...secrets } });
    expect(await started.exited()).not.toBe(0);
    expect(started.said()).toContain("Ringfence already runs on the database");
    expect(await tablesOf(url)).toEqual([]);
  },
  60_000,
);
