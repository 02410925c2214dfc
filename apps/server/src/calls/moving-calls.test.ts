import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseCall } from "@ringfence/call";
import type { CallId, DownMessage } from "@ringfence/protocol";
import { pino } from "pino";
import { serverLimits } from "../limits.ts";
import {
  alice,
  bob,
  description,
  invite,
  offer,
  openWorld,
  seed,
  signed,
  type World,
} from "./calls-test-world.ts";
import { MovingCalls } from "./moving-calls.ts";

let directory: string;
let world: World;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  directory = mkdtempSync(join(tmpdir(), "ringfence-moving-"));
  world = await openWorld(directory);
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
  vi.useRealTimers();
});

const latest = <Type extends DownMessage["type"]>(to: typeof alice, type: Type) =>
  world.told(to).findLast((message) => message.type === type) as
    | Extract<DownMessage, { type: Type }>
    | undefined;

async function ring(): Promise<CallId> {
  const ringing = await world.calls.handle(alice, invite("bob"));
  if (ringing?.type !== "ringing") throw new Error("it does not ring");
  return ringing.call.callId;
}

async function connect(): Promise<CallId> {
  const callId = await ring();
  await world.calls.handle(alice, offer(callId));
  await world.calls.handle(bob, { type: "accept", callId, ends: null, answer: signed });
  for (const who of [alice, bob])
    await world.calls.handle(who, { type: "media-connected", callId });
  return callId;
}

/** The relays of now, and so much time later. */
async function relaysAre(live: string[], afterMs = 0): Promise<void> {
  world.relays.live = live;
  await world.calls.relaysChanged();
  world.clock.now += afterMs;
  await world.calls.relaysChanged();
}

const stateOf = async (callId: CallId) => {
  const calls = world.store.db.selectFrom("call").select("state").where("id", "=", callId);
  return (await calls.executeTakeFirstOrThrow()).state;
};

const relayIdIn = async (callId: CallId) => {
  const row = await world.store.db
    .selectFrom("call")
    .select("relay_id")
    .where("id", "=", callId)
    .executeTakeFirstOrThrow();
  return row.relay_id;
};

describe("the relay of a call", () => {
  test("stands in its row, and is what both ends are given", async () => {
    world.relays.live = ["east", "west"];
    const callId = await connect();
    expect(await relayIdIn(callId)).toBe("east");
    const places = await Promise.all([alice, bob].map((one) => world.calls.standingFor(one)));
    for (const { own } of places) expect(own?.relay.urls).toEqual(["turn:east.example.org"]);
    expect(latest(bob, "accepted")?.relay?.urls).toEqual(["turn:east.example.org"]);
    expect(world.orders.filter((order) => !order.endsWith("at east"))).toEqual([]);
  });

  test("is what both are given also by a node that has not met it", async () => {
    await relaysAre(["east", "west"]);
    const callId = await connect();
    world.relays.live = [];
    const places = await Promise.all([alice, bob].map((one) => world.calls.standingFor(one)));
    for (const { own } of places) expect(own?.relay.urls).toEqual(["turn:east.example.org"]);
    await relaysAre(["west"], serverLimits.relayReturnMs);
    await relaysAre(["west"], serverLimits.relayReturnMs);
    world.relays.live = [];
    await world.calls.handle(alice, { ...offer(callId), round: 1, isNewConnection: false });
    expect(latest(bob, "offer")?.relay.urls).toEqual(["turn:west.example.org"]);
  });

  test("stays where another one comes that would be chosen now", async () => {
    await relaysAre(["east"]);
    const callId = await connect();
    await relaysAre(["north", "east"], 60_000);
    expect(await relayIdIn(callId)).toBe("east");
  });
});

describe("a call whose relay is gone", () => {
  test("goes to another: its caller is asked for a round, with credentials of that one", async () => {
    await relaysAre(["east", "west"]);
    const callId = await connect();
    world.orders.length = 0;
    await relaysAre(["west"], serverLimits.relayReturnMs);
    expect(await relayIdIn(callId)).toBe("west");
    expect(latest(alice, "restart")).toMatchObject({
      callId,
      round: 0,
      isNewConnection: false,
      relay: { urls: ["turn:west.example.org"] },
    });
    expect(world.orders).toEqual([
      "end at east",
      "live at west",
      `join ${alice.device} ${bob.device} at west`,
    ]);
    await world.calls.handle(alice, { ...offer(callId), round: 1, isNewConnection: false });
    expect(latest(bob, "offer")?.relay.urls).toEqual(["turn:west.example.org"]);
    world.orders.length = 0;
    await world.calls.handle(bob, { type: "hang-up", callId });
    // The one that it left may not have heard that it did.
    expect(world.orders).toEqual(["end at west at east"]);
  });

  test("stays where it was when that one comes back within a moment", async () => {
    await relaysAre(["east", "west"]);
    const callId = await connect();
    await relaysAre(["west"], serverLimits.relayReturnMs - 1);
    await relaysAre(["east", "west"], 60_000);
    expect(await relayIdIn(callId)).toBe("east");
    expect(latest(alice, "restart")).toBeUndefined();
  });

  test("waits for a relay where there is none, and goes to the first that comes", async () => {
    await relaysAre(["east"]);
    const callId = await connect();
    await relaysAre([], 10_000);
    expect(await relayIdIn(callId)).toBe("east");
    await relaysAre(["new"]);
    expect(await relayIdIn(callId)).toBe("new");
    expect(latest(alice, "restart")?.relay.urls).toEqual(["turn:new.example.org"]);
  });

  test("that rings goes on ringing, and restarts when it was accepted", async () => {
    await relaysAre(["east", "west"]);
    const callId = await ring();
    await world.calls.handle(alice, offer(callId, description));
    await relaysAre(["west"], serverLimits.relayReturnMs);
    expect(latest(alice, "restart")).toBeUndefined();
    await world.calls.handle(bob, { type: "accept", callId, ends: null, answer: signed });
    expect(latest(bob, "accepted")?.relay?.urls).toEqual(["turn:west.example.org"]);
    expect(latest(alice, "restart")?.relay.urls).toEqual(["turn:west.example.org"]);
  });

  test("is given longer after the start of a node, for its relay to find it", async () => {
    await relaysAre(["east"]);
    const callId = await connect();
    await world[Symbol.asyncDispose]();
    world = await openWorld(directory, { now: world.clock.now });
    await relaysAre(["west"], serverLimits.relayConnectMs - 1);
    expect(await relayIdIn(callId)).toBe("east");
    await relaysAre(["west"], 1);
    expect(await relayIdIn(callId)).toBe("west");
  });

  test("goes there also where a node died between the two steps of its move", async () => {
    await relaysAre(["east", "west"]);
    const callId = await connect();
    const call = parseCall(await stateOf(callId));
    const urls = ["turn:west.example.org"];
    const relay = { id: "west", urls, left: ["east"], isStale: true };
    await world.store.write(async ({ db }) => {
      const state = JSON.stringify({ ...call, relay });
      const moved = db.updateTable("call").set({ state, relay_id: "west" });
      await moved.where("id", "=", callId).execute();
    });
    world.orders.length = 0;
    await relaysAre(["west"]);
    expect(latest(alice, "restart")?.relay.urls).toEqual(["turn:west.example.org"]);
    expect(world.orders).toEqual(["live at west", `join ${alice.device} ${bob.device} at west`]);
    await relaysAre(["west"], 60_000);
    expect(world.told(alice).filter(({ type }) => type === "restart")).toHaveLength(1);
  });

  test("is tried again a second after it could not be written", async () => {
    const callId = await connect();
    const sent: string[] = [];
    using moving = new MovingCalls({
      db: world.store.db,
      relay: {
        choose: () => "west",
        liveIds: () => ["west"],
        urlsOf: () => [],
        callLive: async () => {},
        direct: async () => {},
        join: async () => {},
      },
      isMine: () => true,
      send: async (_, { type }) => {
        if (sent.push(type) === 1) throw new Error("the database is away");
      },
      now: () => world.clock.now,
      logger: pino({ level: "silent" }),
    });
    await moving.look();
    world.clock.now += serverLimits.relayConnectMs;
    await moving.look();
    expect(sent).toEqual(["relay-gone"]);
    vi.advanceTimersByTime(serverLimits.strandedCallsRoundMs);
    await expect.poll(() => sent).toEqual(["relay-gone", "relay-gone", "relay-ready"]);
    expect(await relayIdIn(callId)).toBe("relay");
  });

  test("that another node looks after is left to it for a second", async () => {
    await world[Symbol.asyncDispose]();
    world = await openWorld(directory, { isMine: () => false });
    await relaysAre(["east", "west"]);
    const callId = await connect();
    await relaysAre(["west"], serverLimits.relayReturnMs);
    expect(await relayIdIn(callId)).toBe("east");
    await relaysAre(["west"], serverLimits.otherNodesRelayMs);
    expect(await relayIdIn(callId)).toBe("west");
  });
});
