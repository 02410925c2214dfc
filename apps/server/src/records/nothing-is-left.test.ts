import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseFile } from "../data-directory.ts";
import {
  type Person,
  type ServerUnderTest,
  dumpOf,
  password,
  startServer,
} from "../http/server-under-test.ts";
import { serverLimits } from "../limits.ts";
import { isOnPostgres } from "../store/test-store.ts";
import { fillEveryTable } from "./test-full-account.ts";

let server: ServerUnderTest;
let alice: Person;
let bob: Person;
/** What was written nowhere but with Alice: her ids and words, her keys and where she is reached. */
let traces: string[];

beforeEach(async () => {
  server = await startServer();
  alice = await server.signUp("alicewonder");
  bob = await server.signUp("bob");
  const { marks } = await fillEveryTable(server, alice.me, bob.me);
  traces = [...marks, alice.me.id, alice.me.deviceId, alice.me.displayName];
});
afterEach(() => server[Symbol.asyncDispose]());

/** The traces that some file of the directory holds: tables, free pages and the log beside them. */
function tracesInFiles(): string[] {
  const files = readdirSync(server.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return traces.filter((trace) => files.some((content) => content.includes(trace)));
}

const deleteAlice = () =>
  alice.send("POST", "/api/accounts/me/delete", { proof: { type: "password", password } });

describe("of an account that was in every table", () => {
  test("nothing is left in any table or file once it is deleted, nor in the log", async () => {
    expect(tracesInFiles()).toEqual(isOnPostgres ? [] : traces);
    expect((await deleteAlice()).status).toBe(204);
    const tables = JSON.stringify(await dumpOf(server));
    expect(traces.filter((trace) => tables.includes(trace))).toEqual([]);
    // What Bob reported waits for the operator, who reads whom it was about.
    const named = Object.entries(await dumpOf(server)).filter(([, rows]) =>
      JSON.stringify(rows).includes(alice.handle),
    );
    expect(named.map(([table]) => table)).toEqual(["report"]);
    expect(tracesInFiles()).toEqual([]);
    const told = JSON.stringify(server.logged);
    expect(traces.filter((trace) => told.includes(trace))).toEqual([]);
  });

  // PostgreSQL keeps what was deleted for whoever still reads, and later: docs/records.md.
  test.skipIf(isOnPostgres)(
    "nothing is left as soon as whoever read the database meanwhile is done",
    async () => {
      const reader = new DatabaseSync(join(server.directory, databaseFile), { readOnly: true });
      reader.exec("begin");
      reader.prepare("select * from account").all();
      expect((await deleteAlice()).status).toBe(204);
      expect(tracesInFiles()).not.toEqual([]);
      reader.exec("commit");
      reader.close();
      server.clock.now += serverLimits.emptyLogRetryMs;
      await bob.send("PUT", "/api/people/alicewonder/never");
      await server.store.write(async ({ db }) => {
        await db.updateTable("account").set({ display_name: "Bob" }).execute();
      });
      expect(tracesInFiles()).toEqual([]);
    },
  );
});
