import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallId, DownMessage } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type World,
  alice,
  bob,
  invite,
  offer,
  openWorld,
  seed,
  signed,
} from "../calls/calls-test-world.ts";
import type { CallHooks } from "../calls/call-hooks.ts";
import { Buttons } from "../people/buttons.ts";
import { settingsColumnsOf } from "../settings/settings-columns.ts";
import type { ConnectedDevice } from "../signalling/connection.ts";
import { dumpTables, isOnPostgres } from "../store/test-store.ts";
import { OperatorOrders } from "./carry-out-orders.ts";
import { type OrderKind, placeOrder, waitingOrders } from "./orders.ts";

let directory: string;
let world: World;
let buttons: Buttons;
let orders: OperatorOrders;
let closed: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-orders-"));
  world = await openWorld(directory, { callRecordDays: 0 });
  await seed(world.store);
  closed = [];
  buttons = new Buttons({ store: world.store, isOpen: async () => true, logError: console.error });
  orders = ordersOfAServer();
});
afterEach(async () => {
  await buttons[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

function ordersOfAServer(hooks: Partial<CallHooks> = {}): OperatorOrders {
  return new OperatorOrders({
    store: world.store,
    calls: { ...world.calls.hooks, ...hooks },
    buttons,
    closeDevice: (device, why) => void closed.push(`${device} ${why}`),
    logger: pino({ level: "silent" }),
  });
}

/** As the operator's command gives it, and the server finds it. */
async function order(kind: OrderKind, { account }: ConnectedDevice): Promise<void> {
  await world.store.write((write) => placeOrder(write, kind, account));
  await orders.look();
  await buttons.settled();
}

async function ring(): Promise<CallId> {
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  const { callId } = answer.call;
  await world.calls.handle(alice, offer(callId));
  world.told(alice).length = 0;
  world.told(bob).length = 0;
  return callId;
}

async function talk(): Promise<CallId> {
  const callId = await ring();
  await world.calls.handle(bob, { type: "accept", callId, ends: null, answer: null });
  await world.calls.handle(bob, { type: "answer", callId, round: 0, signed });
  await world.calls.handle(alice, { type: "media-connected", callId });
  await world.calls.handle(bob, { type: "media-connected", callId });
  world.told(alice).length = 0;
  return callId;
}

/** What a device was told of calls, since it was asked last. */
function heardOfCalls(device: ConnectedDevice): string[] {
  const told = world.told(device).splice(0);
  return told.flatMap((message: DownMessage) =>
    message.type === "call-ended" ? [message.reason] : [],
  );
}

/** What stands at the top of each conversation with the other, since it was asked last. */
function buttonsOf(device: ConnectedDevice): string[] {
  const told = world.told(device).splice(0);
  return told.flatMap((message: DownMessage) =>
    message.type === "person-changed" ? [message.person.callButton] : [],
  );
}

describe("suspending somebody", { timeout: 30_000 }, () => {
  test("who is rung: they fall silent, and the caller goes on hearing it ring, as with a block", async () => {
    const callId = await ring();
    await order("suspend", bob);
    expect([heardOfCalls(bob), heardOfCalls(alice)]).toEqual([["revoked"], []]);
    await world.calls.handle(alice, { type: "cancel", callId });
    expect([heardOfCalls(bob), heardOfCalls(alice)]).toEqual([[], ["cancelled"]]);
  });

  test("who rings: to the one who is rung it is a ring that was cancelled", async () => {
    await ring();
    await order("suspend", alice);
    expect([heardOfCalls(alice), heardOfCalls(bob)]).toEqual([["cancelled"], ["missed"]]);
  });

  test("who is in a call: it is over for both", async () => {
    await talk();
    await order("suspend", bob);
    expect(heardOfCalls(alice)).toHaveLength(1);
    expect(heardOfCalls(bob)).toHaveLength(1);
    expect(await world.views(alice)).toEqual([]);
  });

  test("takes others' button away, closes their pages, and says nothing but `unavailable`", async () => {
    await world.store.write(({ db, now }) =>
      db
        .insertInto("device")
        .values({
          id: bob.device,
          account_id: bob.account,
          name: "Firefox",
          created_at: now,
          last_seen_at: now,
        })
        .execute(),
    );
    await order("suspend", bob);
    expect(buttonsOf(alice)).toEqual(["none"]);
    expect(closed).toEqual([`${bob.device} suspended`]);
    const requestId = randomUUID();
    const message = { ...invite("bob"), requestId } as Parameters<typeof world.calls.handle>[1];
    expect(await world.calls.handle(alice, message)).toEqual({ type: "unavailable", requestId });
    await order("suspend", bob);
    expect(closed).toHaveLength(1);
  });

  test("is taken back with all that they had", async () => {
    const rowsOf = async () => {
      const { account, ...others } = await dumpTables(world.store.db);
      return { ...others, account: account?.map((row) => ({ ...(row as object), sequence: 0 })) };
    };
    const before = await rowsOf();
    await order("suspend", bob);
    world.told(alice).length = 0;
    await order("unsuspend", bob);
    expect(buttonsOf(alice)).toEqual(["call"]);
    expect(await rowsOf()).toEqual(before);
    await ring();
  });
});

describe("an order", { timeout: 30_000 }, () => {
  test("that was given while no server ran is the first thing that the next one does", async () => {
    await world.store.write((write) => placeOrder(write, "suspend", bob.account));
    await orders.start();
    await orders[Symbol.asyncDispose]();
    expect(await waitingOrders(world.store.db)).toEqual([]);
    expect(await world.calls.handle(alice, invite("bob"))).toMatchObject({ type: "unavailable" });
  });

  test("is carried out once, by whichever of two servers is quicker", async () => {
    const other = ordersOfAServer();
    await world.store.write((write) => placeOrder(write, "vouch", bob.account));
    const number = () =>
      world.store.db
        .selectFrom("account")
        .select("sequence")
        .where("id", "=", alice.account)
        .executeTakeFirst();
    const before = await number();
    await Promise.all([orders.look(), other.look()]);
    await buttons.settled();
    expect(await number()).toEqual({ sequence: (before?.sequence ?? 0) + 1 });
  });

  test("and the one after it are carried out in the order that they were given", async () => {
    for (const kind of ["suspend", "unsuspend", "suspend", "unsuspend"] as const) {
      await world.store.write((write) => placeOrder(write, kind, bob.account));
      world.clock.now += 1;
    }
    await orders.look();
    const row = await world.store.db
      .selectFrom("account")
      .select("suspended_at")
      .where("id", "=", bob.account)
      .executeTakeFirst();
    expect(row).toEqual({ suspended_at: null });
  });
});

test("an order that cannot be carried out keeps back those of its account alone", async () => {
  const failing = ordersOfAServer({
    async suspended(_, account) {
      if (account === bob.account) throw new Error("too many writes met");
    },
  });
  for (const [kind, { account }] of [
    ["suspend", bob],
    ["unsuspend", bob],
    ["suspend", alice],
  ] as const) {
    await world.store.write((write) => placeOrder(write, kind, account));
    world.clock.now += 1;
  }
  await failing.look();
  const waiting = await waitingOrders(world.store.db);
  expect(waiting.map(({ kind, account }) => [kind, account])).toEqual([
    ["suspend", bob.account],
    ["unsuspend", bob.account],
  ]);
});

// Writes to a file come one after another, and so never meet.
test.runIf(isOnPostgres).each<[OrderKind, number]>([
  ["suspend", 1],
  ["vouch", 0],
])("%s waits for no write that tells a partner something", async (kind, toldCount) => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const telling = world.store.write(async ({ db }) => {
    await db.updateTable("account").set({ sequence: 7 }).where("id", "=", alice.account).execute();
    hold();
    await ended;
  });
  await held;
  await world.store.write((write) => placeOrder(write, kind, bob.account));
  try {
    await orders.look();
    expect(await waitingOrders(world.store.db)).toEqual([]);
  } finally {
    end();
  }
  await telling;
  await buttons.settled();
  const changed = world.told(alice).filter(({ type }) => type === "grants-changed");
  expect(changed).toHaveLength(toldCount);
});

test("who is vouched for no more and rings by that alone falls silent at once", async () => {
  await world.store.write(({ db }) =>
    db
      .updateTable("account")
      .set(settingsColumnsOf({ audiences: ["vouched"] }))
      .where("id", "=", bob.account)
      .execute(),
  );
  await order("vouch", alice);
  await ring();
  await order("unvouch", alice);
  expect([heardOfCalls(bob), heardOfCalls(alice)]).toEqual([["revoked"], []]);
});
