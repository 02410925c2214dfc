import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Handle } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccount } from "../accounts/accounts.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { databaseFile } from "../data-directory.ts";
import { report } from "../reports/reports.ts";
import type { Store } from "../store/store.ts";
import { isOnPostgres, openTestStore, settingsOf } from "../store/test-store.ts";
import { ringfence } from "./test-ringfence.ts";

let directory: string;
let store: Store;

/** A database that a server has open while the commands run. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-reports-"));
  store = await openTestStore(directory, {
    bus: createInProcessBus(),
    now: () => Date.parse("2026-03-01T12:34:56Z"),
    logError: console.error,
  });
  await store.write(async (write) => {
    const account = (handle: string) =>
      createAccount(write, {
        handle: Handle.parse(handle),
        displayName: handle,
        passwordHash: "",
      });
    const [alice, mallory] = [await account("alice"), await account("mallory")];
    const text = "rings at night\u001b[2J and again";
    await report(write, alice, mallory, { handle: Handle.parse("mallory"), about: "person", text });
  });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function run(...parameters: string[]) {
  const command = ringfence(parameters, { directory, settings: await settingsOf(directory) });
  return { code: await command.exited(), said: command.said() };
}

describe("ringfence reports", { timeout: 30_000 }, () => {
  test("prints what is open, without what could steer a terminal, and closes it", async () => {
    const { code, said } = await run("reports");
    expect(code).toBe(0);
    expect(said).toContain("2026-03-01 12:34 UTC  @alice reports @mallory (the person)");
    expect(said).toContain("rings at night [2J and again");
    expect(said).not.toContain("\u001b");
    const id = said.split(" ")[0] ?? "";
    expect(await run("reports", "--close", id)).toMatchObject({ code: 0, said: "Closed.\n" });
    expect((await run("reports")).said).toBe("There is no open report.\n");
  });

  test("prints what is open of an account that was deleted since", async () => {
    await store.write(({ db }) =>
      db.deleteFrom("account").where("handle", "=", Handle.parse("mallory")).execute(),
    );
    const { said } = await run("reports");
    expect(said).toContain("@alice reports @mallory, who deleted the account since, (the person)");
  });

  test("prints nothing of a reporter who deleted the account", async () => {
    await store.write(({ db }) =>
      db.deleteFrom("account").where("handle", "=", Handle.parse("alice")).execute(),
    );
    expect((await run("reports")).said).toBe("There is no open report.\n");
  });

  test("says when there is no such report", async () => {
    expect(await run("reports", "--close", "17")).toEqual({
      code: 1,
      said: "There is no open report 17.\n",
    });
  });

  test.skipIf(isOnPostgres)("says when there is no server's data", async () => {
    rmSync(join(directory, databaseFile));
    const { code, said } = await run("reports");
    expect(code).toBe(1);
    expect(said).toContain("There is no server's data in");
  });
});
