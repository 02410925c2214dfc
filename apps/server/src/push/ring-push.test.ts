import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CallId,
  type CallSettingsChange,
  type PushMessage,
  Weekday,
  limits,
} from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type World,
  alice,
  bob,
  bobLaptop,
  invite,
  openWorld,
  seed,
} from "../calls/calls-test-world.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { serverLimits } from "../limits.ts";
import { settingsColumnsOf } from "../settings/settings-columns.ts";
import type { Store } from "../store/store.ts";
import type { PushOptions, PushOutcome } from "./push-sender.ts";
import { RingPusher } from "./ring-push.ts";
import { subscribe } from "./test-subscribe.ts";

const { ringPushDelayMs, ringPushSpreadMs, ringAcknowledgeTimeoutMs, missedPushLifetimeMs } =
  serverLimits;

interface Sent {
  to: string;
  message: PushMessage;
  options: PushOptions;
}

let directory: string;
let world: World;
let sent: Sent[];
let connected: Set<string>;
let pusher: RingPusher;
let outcome: (to: string) => PushOutcome | Promise<PushOutcome>;
/** 0: nothing is spread. */
let chance: number;
let waits: { ms: number; pass: () => void }[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-push-"));
  sent = [];
  connected = new Set();
  outcome = () => "sent";
  chance = 0;
  await open();
  await seed(world.store);
  for (const [name, device] of Object.entries({ bob, bobLaptop }))
    await subscribe(world.store, name, device);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** The calls and the pusher on the same database, as a server that starts has them. */
async function open(): Promise<void> {
  waits = [];
  world = await openWorld(directory, {
    isInOrder: true,
    ...(world !== undefined && { now: world.clock.now }),
    ringPush: (store) => (pusher = openPusher(store)),
  });
}

function openPusher(store: Store): RingPusher {
  return new RingPusher({
    store,
    now: () => world?.clock.now ?? 0,
    logger: pino({ level: "silent" }),
    bus: { ...createInProcessBus(), isConnected: async (device) => connected.has(device) },
    sender: {
      async send({ endpoint }, message, options) {
        const to = endpoint.split("/").at(-1) ?? "";
        if (options.signal?.aborted === true) return "dropped";
        sent.push({ to, message, options });
        return await outcome(to);
      },
    },
    random: () => chance,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (ms === 0) resolve(!signal.aborted);
        waits.push({ ms, pass: () => resolve(!signal.aborted) });
        signal.addEventListener("abort", () => resolve(false));
      }),
  });
}

/** Lets the waits of this length pass, and what follows from them happen. */
async function pass(ms: number): Promise<void> {
  for (const wait of waits.filter((one) => one.ms === ms)) wait.pass();
  await settled();
}

/** A few queries, each after those that were asked before it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    await world.store.db.selectFrom("server_note").select("name").execute();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function ring(): Promise<CallId> {
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  await settled();
  return answer.call.callId;
}

async function expire(): Promise<void> {
  world.clock.now += limits.ringTimeoutMs;
  await world.calls.start();
  await settled();
}

const saidTo = (to: string) =>
  sent.filter((one) => one.to === to).map(({ message }) => message.type);
const everybodyTold = () => ({ bob: saidTo("bob"), bobLaptop: saidTo("bobLaptop") });
describe("a ring is pushed", () => {
  test("at once to each device without a connection, for the rest of the ring", async () => {
    const callId = await ring();
    expect(sent).toEqual([]);
    world.clock.now += 500;
    await pass(ringPushDelayMs);
    expect(everybodyTold()).toEqual({ bob: ["ring"], bobLaptop: ["ring"] });
    expect(sent[0]).toMatchObject({
      message: { callId, kind: "audio", with: { handle: "alice", displayName: "alice" } },
      options: { urgency: "high", topic: callId, lifetimeMs: limits.ringTimeoutMs - 500 },
    });
  });

  test("at a moment by chance, and not where its page opened and rings meanwhile", async () => {
    chance = 0.5;
    const callId = await ring();
    await pass(ringPushDelayMs);
    expect(sent).toEqual([]);
    connected.add(bob.device);
    await world.calls.handle(bob, { type: "ring-acknowledge", callId });
    await pass(ringPushSpreadMs / 2);
    expect(everybodyTold()).toEqual({ bob: [], bobLaptop: ["ring"] });
  });

  test("after a second to one that has a connection and does not say that it rings", async () => {
    connected.add(bob.device);
    await ring();
    await pass(ringPushDelayMs);
    expect(everybodyTold()).toEqual({ bob: [], bobLaptop: ["ring"] });
    await pass(ringAcknowledgeTimeoutMs);
    expect(everybodyTold()).toEqual({ bob: ["ring"], bobLaptop: ["ring"] });
  });

  test("never to one that says that it rings, and that keeps no other from ringing", async () => {
    connected.add(bob.device).add(bobLaptop.device);
    const callId = await ring();
    await world.calls.handle(bob, { type: "ring-acknowledge", callId });
    await pass(ringPushDelayMs);
    await pass(ringAcknowledgeTimeoutMs);
    expect(everybodyTold()).toEqual({ bob: [], bobLaptop: ["ring"] });
  });

  describe("to one that rings and closes its last page", () => {
    let callId: CallId;

    beforeEach(async () => {
      connected.add(bob.device).add(bobLaptop.device);
      callId = await ring();
      for (const device of [bob, bobLaptop]) {
        await world.calls.handle(device, { type: "ring-acknowledge", callId });
      }
      await pass(ringPushDelayMs);
      await pass(ringAcknowledgeTimeoutMs);
      connected.delete(bob.device);
      pusher.disconnected(bob.account, bob.device);
    });

    test("a second after that", async () => {
      await settled();
      expect(sent).toEqual([]);
      await pass(ringAcknowledgeTimeoutMs);
      expect(everybodyTold()).toEqual({ bob: ["ring"], bobLaptop: [] });
      await expire();
      expect(everybodyTold()).toEqual({ bob: ["ring", "missed"], bobLaptop: [] });
    });

    test("but not where it was only loaded again, and rings", async () => {
      connected.add(bob.device);
      await world.calls.handle(bob, { type: "ring-acknowledge", callId });
      await pass(ringAcknowledgeTimeoutMs);
      expect(sent).toEqual([]);
    });

    test("but not once it was answered elsewhere", async () => {
      await world.calls.handle(bobLaptop, { type: "accept", callId, ends: null, answer: null });
      await pass(ringAcknowledgeTimeoutMs);
      expect(sent).toEqual([]);
    });
  });

  test("once, also where the device acknowledges nothing", async () => {
    await ring();
    await pass(ringPushDelayMs);
    await pass(ringAcknowledgeTimeoutMs);
    expect(everybodyTold()).toEqual({ bob: ["ring"], bobLaptop: ["ring"] });
  });

  test("to one device whatever the push service of another does", async () => {
    const { promise } = Promise.withResolvers<PushOutcome>();
    outcome = (to) => (to === "bob" ? promise : "sent");
    await ring();
    await pass(ringPushDelayMs);
    expect(saidTo("bobLaptop")).toEqual(["ring"]);
  });

  test("again after a restart, where nobody knows who was reached", async () => {
    await ring();
    await pass(ringPushDelayMs);
    await world[Symbol.asyncDispose]();
    sent = [];
    await open();
    await world.calls.start();
    await pass(ringPushDelayMs);
    expect(sent).toEqual([]);
    await pass(ringAcknowledgeTimeoutMs);
    expect(everybodyTold()).toEqual({ bob: ["ring"], bobLaptop: ["ring"] });
  });
});

describe("nothing is pushed", () => {
  test.each<[string, CallSettingsChange]>([
    ["while do not disturb is on", { doNotDisturb: { isOn: true, until: null } }],
    [
      "in quiet hours",
      {
        quietHours: {
          timeZone: "UTC",
          periods: [{ days: [...Weekday.options], from: 0, to: 0 }],
        },
      },
    ],
  ])("%s, from the ring to its end", async (_when, change) => {
    await world.store.write(({ db }) =>
      db
        .updateTable("account")
        .set(settingsColumnsOf(change))
        .where("id", "=", bob.account)
        .execute(),
    );
    await ring();
    await pass(ringPushDelayMs);
    await pass(ringAcknowledgeTimeoutMs);
    await expire();
    expect(sent).toEqual([]);
  });

  test("once the ring was silenced", async () => {
    connected.add(bob.device).add(bobLaptop.device);
    const callId = await ring();
    await world.calls.handle(bob, { type: "silence", callId });
    await pass(ringPushDelayMs);
    await pass(ringAcknowledgeTimeoutMs);
    await expire();
    expect(sent).toEqual([]);
  });

  test("once the right to ring ended", async () => {
    await ring();
    await world.store.write(async (write) => {
      await write.db
        .insertInto("block")
        .values({ blocker_id: bob.account, blocked_id: alice.account, created_at: write.now })
        .execute();
      await world.calls.hooks.pairChanged(write, bob.account, alice.account);
    });
    await pass(ringPushDelayMs);
    await pass(ringAcknowledgeTimeoutMs);
    await expire();
    expect(sent).toEqual([]);
  });

  test("to a device that was signed out meanwhile", async () => {
    await ring();
    await world.store.write(({ db }) =>
      db.deleteFrom("device").where("id", "=", bob.device).execute(),
    );
    await pass(ringPushDelayMs);
    expect(everybodyTold()).toEqual({ bob: [], bobLaptop: ["ring"] });
  });

  test("to the devices of the caller, or of anybody else", async () => {
    await subscribe(world.store, "alice", alice);
    await ring();
    await pass(ringPushDelayMs);
    await expire();
    expect(saidTo("alice")).toEqual([]);
  });
});

describe("the end of a ring takes its place", () => {
  test("as a missed call, quietly and for long, where nobody took it", async () => {
    const callId = await ring();
    await pass(ringPushDelayMs);
    await expire();
    expect(everybodyTold()).toEqual({ bob: ["ring", "missed"], bobLaptop: ["ring", "missed"] });
    expect(sent.at(-1)?.options).toMatchObject({
      urgency: "normal",
      topic: callId,
      lifetimeMs: missedPushLifetimeMs,
    });
  });

  test("as a missed call also where the caller gave up before anything was pushed", async () => {
    const callId = await ring();
    await world.calls.handle(alice, { type: "cancel", callId });
    await settled();
    await pass(ringPushDelayMs);
    expect(everybodyTold()).toEqual({ bob: ["missed"], bobLaptop: ["missed"] });
  });

  test("but not on a device whose page showed the ring", async () => {
    connected.add(bob.device);
    const callId = await ring();
    await world.calls.handle(bob, { type: "ring-acknowledge", callId });
    await pass(ringPushDelayMs);
    await expire();
    expect(everybodyTold()).toEqual({ bob: [], bobLaptop: ["ring", "missed"] });
  });

  test("as answered, on the others that it was pushed to and on no more", async () => {
    connected.add(bob.device);
    const callId = await ring();
    await pass(ringPushDelayMs);
    await world.calls.handle(bob, { type: "accept", callId, ends: null, answer: null });
    await settled();
    await pass(ringAcknowledgeTimeoutMs);
    expect(everybodyTold()).toEqual({ bob: [], bobLaptop: ["ring", "over"] });
    expect(sent.at(-1)?.message).toMatchObject({ how: "answered-elsewhere" });
  });

  test("as declined, on the others", async () => {
    const callId = await ring();
    await pass(ringPushDelayMs);
    await world.calls.handle(bob, { type: "decline", callId });
    await settled();
    expect(everybodyTold()).toEqual({ bob: ["ring"], bobLaptop: ["ring", "over"] });
    expect(sent.at(-1)?.message).toMatchObject({ how: "declined-elsewhere" });
  });

  test("never before the ring, however slow that one is", async () => {
    const { promise, resolve } = Promise.withResolvers<PushOutcome>();
    outcome = () => promise;
    const callId = await ring();
    await pass(ringPushDelayMs);
    await world.calls.handle(alice, { type: "cancel", callId });
    await settled();
    expect(saidTo("bob")).toEqual(["ring"]);
    outcome = () => "sent";
    resolve("sent");
    await settled();
    expect(saidTo("bob")).toEqual(["ring", "missed"]);
  });

  test("also where the server was away when it ended", async () => {
    await ring();
    await world[Symbol.asyncDispose]();
    world.clock.now += limits.ringTimeoutMs;
    await open();
    await world.calls.start();
    await settled();
    expect(everybodyTold()).toEqual({ bob: ["missed"], bobLaptop: ["missed"] });
  });
});

test("a subscription that ended is forgotten, and one that took its place is not", async () => {
  const { promise, resolve } = Promise.withResolvers<PushOutcome>();
  outcome = (to) => (to === "bob" ? promise : "gone");
  await ring();
  await pass(ringPushDelayMs);
  await world.store.write(({ db }) =>
    db
      .updateTable("push_subscription")
      .set({ endpoint: "https://push.example/new" })
      .where("device_id", "=", bob.device)
      .execute(),
  );
  resolve("gone");
  await settled();
  const rows = await world.store.db.selectFrom("push_subscription").select("endpoint").execute();
  expect(rows).toEqual([{ endpoint: "https://push.example/new" }]);
});
