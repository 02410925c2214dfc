import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Handle } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccount } from "../accounts/accounts.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { sendMessage } from "../conversations/send-message.ts";
import { OperatorOrders } from "../operator/carry-out-orders.ts";
import { Buttons } from "../people/buttons.ts";
import { personView } from "../people/person-view.ts";
import type { Store } from "../store/store.ts";
import { openTestStore, settingsOf } from "../store/test-store.ts";
import { ringfence } from "./test-ringfence.ts";

let directory: string;
let store: Store;
/** Of a server that runs beside the commands, without its calls. */
let server: AsyncDisposableStack;

/** A database that a server has open while the commands run: alice and bob have talked. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-orders-"));
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
  server = new AsyncDisposableStack();
});
afterEach(async () => {
  await server.disposeAsync();
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function startServer(): Promise<void> {
  const buttons = server.use(
    new Buttons({ store, isOpen: async () => true, logError: console.error }),
  );
  const calls = { suspended: async () => {}, standingChanged: async () => {} };
  const logger = pino({ level: "silent" });
  const orders = new OperatorOrders({ store, calls, buttons, closeDevice() {}, logger });
  await server.use(orders).start();
}

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
    await startServer();
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
      said: "@bob is not vouched for any more. A ring that was allowed for that alone has ended; open pages show it within 15 seconds.\n",
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

describe("ringfence suspend", { timeout: 60_000 }, () => {
  test("shuts an account, and unsuspend opens it", async () => {
    await startServer();
    expect((await run("unsuspend", "@bob")).said).toBe("@bob was not suspended.\n");
    const suspended = await run("suspend", "@Bob");
    expect(suspended.code).toBe(0);
    expect(suspended.said).toContain("@bob is suspended: nobody rings them");
    expect((await run("suspend", "bob")).said).toBe("@bob was suspended already.\n");
    expect((await run("unsuspend", "bob")).said).toContain("@bob is suspended no more");
    expect((await run("unsuspend", "bob")).said).toBe("@bob was not suspended.\n");
  });

  test("says when no server runs, and the next one does it first, whatever was asked after", async () => {
    const { code, said } = await run("suspend", "bob");
    expect(code).toBe(0);
    expect(said).toContain("No server has taken this up, so none runs with these settings.");
    // It is not suspended yet, but will be: taking that back has to wait behind it.
    expect((await run("unsuspend", "bob")).said).toContain("@bob is suspended no more then.");
    await startServer();
    expect((await run("unsuspend", "bob")).said).toBe("@bob was not suspended.\n");
  });
});

describe("ringfence reset", { timeout: 30_000 }, () => {
  test("prints a link of the account, of which there is one", async () => {
    const links = [];
    for (const typed of ["bob", "@Bob"]) {
      const { code, said } = await run("reset", typed);
      expect(code).toBe(0);
      links.push(/^http:\/\/localhost:8480\/reset#[\w-]{43}$/m.exec(said)?.[0]);
    }
    expect(new Set(links).size).toBe(2);
    expect(links).not.toContain(undefined);
    expect(await store.db.selectFrom("reset_link").select("made_at").execute()).toHaveLength(1);
  });

  test("makes none for whoever is suspended, and says what to do first", async () => {
    await store.write(({ db }) => db.updateTable("account").set({ suspended_at: 1 }).execute());
    expect(await run("reset", "bob")).toEqual({
      code: 1,
      said: "@bob is suspended, and no link opens a suspended account. Begin with `ringfence unsuspend @bob`.\n",
    });
  });
});
