import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Handle } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccount } from "../accounts/accounts.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { sendMessage } from "../conversations/send-message.ts";
import { personView } from "../people/person-view.ts";
import type { Store } from "../store/store.ts";
import { openTestStore, settingsOf } from "../store/test-store.ts";
import { ringfence } from "./test-ringfence.ts";

let directory: string;
let store: Store;

/** A database that a server has open while the commands run: alice and bob have talked. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-vouch-"));
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
    const [alice, bob] = [await account("alice"), await account("bob")];
    await account("carol");
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      await sendMessage(write, from, to, { clientMessageId: randomUUID(), text: "hello" });
    }
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

/** What each account's devices would find that they missed. */
async function sequences(): Promise<Record<string, number>> {
  const rows = await store.db.selectFrom("account").select(["handle", "sequence"]).execute();
  return Object.fromEntries(rows.map(({ handle, sequence }) => [handle, sequence]));
}

async function isBobVouchedFor(): Promise<boolean | undefined> {
  const rows = await store.db.selectFrom("account").select("id").orderBy("handle").execute();
  const [alice, bob] = rows.map(({ id }) => id);
  if (alice === undefined || bob === undefined) throw new Error("both are signed up");
  return (await personView(store.db, alice, bob, 0))?.isVouched;
}

describe("ringfence vouch", { timeout: 60_000 }, () => {
  test("marks an account, and has those who know it fetch again, until it is taken back", async () => {
    const before = await sequences();
    const vouched = await run("vouch", "@Bob");
    expect(vouched.code).toBe(0);
    expect(vouched.said).toContain("@bob is vouched for now");
    expect(await isBobVouchedFor()).toBe(true);
    expect(await sequences()).toEqual({
      alice: Number(before["alice"]) + 1,
      bob: Number(before["bob"]) + 1,
      carol: before["carol"],
    });
    expect(await run("vouch", "bob")).toEqual({ code: 0, said: "@bob was vouched for already.\n" });
    expect(await run("unvouch", "bob")).toEqual({
      code: 0,
      said: "@bob is not vouched for any more. Open pages show it within 15 seconds.\n",
    });
    expect(await isBobVouchedFor()).toBe(false);
  });

  test("says whom it does not know, and what it needs", async () => {
    const nobody = { code: 1, said: "There is nobody with the handle @nobody here.\n" };
    expect(await run("vouch", "@nobody")).toEqual(nobody);
    expect(await run("unvouch")).toEqual({
      code: 2,
      said: "`ringfence unvouch` needs a handle, such as @alice. See `ringfence --help`.\n",
    });
  });
});
