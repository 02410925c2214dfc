import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RingingCall } from "@ringfence/call";
import { type CallId, type DeviceId, Handle } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Bus } from "../bus/bus.ts";
import { TestNodes } from "../bus/test-nodes.ts";
import { loadCall } from "../calls/call-store.ts";
import {
  type World,
  alice,
  bob,
  bobLaptop,
  invite,
  openWorld,
  seed,
} from "../calls/calls-test-world.ts";
import { serverLimits } from "../limits.ts";
import type { CallMessage } from "../signalling/connection.ts";
import type { Store } from "../store/store.ts";
import { RingPusher } from "./ring-push.ts";
import { subscribe } from "./test-subscribe.ts";

const { ringPushDelayMs, ringAcknowledgeTimeoutMs, ringUnclaimedMs } = serverLimits;

/** A node that pushes rings, and what it pushed to whom. */
interface PushingNode {
  bus: Bus;
  pusher: RingPusher;
  sent: string[];
}

let directory: string;
let world: World;
let nodes: TestNodes;
/** The one that begins rings, and another. */
let first: PushingNode;
let second: PushingNode;
const connected = new Set<DeviceId>();
let waits: { ms: number; pass: () => void }[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-nodes-"));
  connected.clear();
  waits = [];
  nodes = new TestNodes((device) => connected.has(device));
  world = await openWorld(directory, {
    isInOrder: true,
    ringPush(store) {
      first = openNode(store);
      return first.pusher;
    },
  });
  second = openNode(world.store);
  await seed(world.store);
  for (const [name, device] of Object.entries({ bob, bobLaptop }))
    await subscribe(world.store, name, device);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

function openNode(store: Store): PushingNode {
  const sent: string[] = [];
  const bus = nodes.join();
  const pusher = new RingPusher({
    store,
    bus,
    now: () => world?.clock.now ?? 0,
    logger: pino({ level: "silent" }),
    sender: {
      async send({ endpoint }, message, options) {
        if (options.signal?.aborted === true) return "dropped";
        sent.push(`${message.type} ${endpoint.split("/").at(-1)}`);
        return "sent";
      },
    },
    random: () => 0,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (ms === 0) resolve(!signal.aborted);
        waits.push({ ms, pass: () => resolve(!signal.aborted) });
        signal.addEventListener("abort", () => resolve(false));
      }),
  });
  return { bus, pusher, sent };
}

/** A few queries, each after those that were asked before it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    await world.store.db.selectFrom("server_note").select("name").execute();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function pass(ms: number): Promise<void> {
  for (const wait of waits.filter((one) => one.ms === ms)) wait.pass();
  await settled();
}

async function ring(): Promise<CallId> {
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  await settled();
  return answer.call.callId;
}

/** What the calls of a node do when another one is gone. */
async function resume({ pusher }: PushingNode, callId: CallId): Promise<void> {
  const call = (await loadCall(world.store.db, callId))?.call as RingingCall;
  pusher.resume(call, { handle: Handle.parse("alice"), displayName: "alice" });
  await settled();
}

async function die(node: PushingNode): Promise<void> {
  nodes.die(node.bus);
  node.pusher[Symbol.dispose]();
  await settled();
}

/** Bob says it on a node that nobody hears. */
async function sayUnheard(message: CallMessage): Promise<void> {
  await using unheard = await openWorld(directory, { clock: world.clock });
  await unheard.calls.handle(bob, message);
  await settled();
}

const bothSent = () => ({ first: first.sent.toSorted(), second: second.sent.toSorted() });

test("a device that says on another node that it rings is pushed nothing", async () => {
  connected.add(bob.device);
  const callId = await ring();
  second.pusher.acknowledge(callId, bob.device);
  await pass(ringPushDelayMs);
  await pass(ringAcknowledgeTimeoutMs);
  expect(bothSent()).toEqual({ first: ["ring bobLaptop"], second: [] });
});

test("a ring that is silenced on another node is pushed no more", async () => {
  const callId = await ring();
  second.pusher.silence(callId);
  await pass(ringPushDelayMs);
  expect(bothSent()).toEqual({ first: [], second: [] });
});

test("a ring that ends on another node is said to be over by the one that pushed it", async () => {
  const callId = await ring();
  await pass(ringPushDelayMs);
  second.pusher.end(callId, "missed");
  await settled();
  expect(bothSent()).toEqual({
    first: ["missed bob", "missed bobLaptop", "ring bob", "ring bobLaptop"],
    second: [],
  });
});

test("a page that closes pushes its device a ring, unless another node has a page of it", async () => {
  connected.add(bob.device).add(bobLaptop.device);
  const callId = await ring();
  for (const { device } of [bob, bobLaptop]) second.pusher.acknowledge(callId, device);
  connected.delete(bobLaptop.device);
  for (const { device } of [bob, bobLaptop]) second.pusher.disconnected(bob.account, device);
  await settled();
  await pass(ringAcknowledgeTimeoutMs);
  expect(bothSent()).toEqual({ first: ["ring bobLaptop"], second: [] });
});

test("a ring whose node dies is pushed by another, to those who know nothing of it yet", async () => {
  connected.add(bob.device);
  const callId = await ring();
  first.pusher.acknowledge(callId, bob.device);
  await die(first);
  await resume(second, callId);
  await pass(ringAcknowledgeTimeoutMs);
  expect(bothSent()).toEqual({ first: [], second: ["ring bobLaptop"] });
});

test("a ring whose node dies is not pushed again to whom it was pushed", async () => {
  const callId = await ring();
  await pass(ringPushDelayMs);
  await die(first);
  await resume(second, callId);
  await pass(ringAcknowledgeTimeoutMs);
  expect(second.sent).toEqual([]);
  second.pusher.end(callId, "missed");
  await settled();
  expect(second.sent.toSorted()).toEqual(["missed bob", "missed bobLaptop"]);
});

test("a ring whose node dies stays silent where somebody silenced it", async () => {
  const callId = await ring();
  second.pusher.silence(callId);
  await die(first);
  await resume(second, callId);
  await pass(ringAcknowledgeTimeoutMs);
  expect(second.sent).toEqual([]);
});

test("a ring whose node lives is left to it", async () => {
  const callId = await ring();
  world.clock.now += ringUnclaimedMs;
  await resume(second, callId);
  await pass(ringAcknowledgeTimeoutMs);
  expect(second.sent).toEqual([]);
});

test("a ring of which no node says that it pushes it is taken once all would have been heard", async () => {
  const third = openNode(world.store);
  const callId = await ring();
  await die(first);
  const fourth = openNode(world.store);
  await resume(fourth, callId);
  await pass(ringAcknowledgeTimeoutMs);
  expect(fourth.sent).toEqual([]);
  world.clock.now += ringUnclaimedMs;
  await resume(fourth, callId);
  await resume(third, callId);
  await pass(ringAcknowledgeTimeoutMs);
  expect([...third.sent, ...fourth.sent].toSorted()).toEqual(["ring bob", "ring bobLaptop"]);
});

test("a node that comes later hears of the rings that there are", async () => {
  const callId = await ring();
  const third = openNode(world.store);
  world.clock.now += ringUnclaimedMs;
  await resume(third, callId);
  await pass(ringAcknowledgeTimeoutMs);
  expect(third.sent).toEqual([]);
});

test("a ring that ended as its node died is said to be over by another, once", async () => {
  const third = openNode(world.store);
  const callId = await ring();
  await pass(ringPushDelayMs);
  first.pusher[Symbol.dispose]();
  await world.calls.handle(alice, { type: "cancel", callId });
  await settled();
  expect([...second.sent, ...third.sent]).toEqual([]);
  await die(first);
  expect([...second.sent, ...third.sent].toSorted()).toEqual(["missed bob", "missed bobLaptop"]);
});

test("a node that missed the end of a ring reads it from the row of the call", async () => {
  connected.add(bob.device);
  const callId = await ring();
  await pass(ringPushDelayMs);
  await world.store.write(({ db }) => db.deleteFrom("call").where("id", "=", callId).execute());
  openNode(world.store);
  await settled();
  expect(first.sent).toEqual(["ring bobLaptop", "over bobLaptop"]);
});

test("a ring is pushed no more once its row says that it is over, and is a missed one then", async () => {
  const callId = await ring();
  await sayUnheard({ type: "decline", callId });
  await pass(ringPushDelayMs);
  expect(first.sent).toEqual([]);
  await pass(ringUnclaimedMs);
  expect(first.sent.toSorted()).toEqual(["missed bob", "missed bobLaptop"]);
});

test("a ring is not pushed once its row says that it is silenced", async () => {
  await sayUnheard({ type: "silence", callId: await ring() });
  await pass(ringPushDelayMs);
  await pass(ringUnclaimedMs);
  expect(first.sent).toEqual([]);
});
