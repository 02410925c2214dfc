import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallId, limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rates } from "../limits.ts";
import { sayNever } from "../people/nevers.ts";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import {
  type World,
  alice,
  aliceLaptop,
  bob,
  bobLaptop,
  signed,
  ice,
  invite,
  offer,
  openWorld,
  seed,
} from "./calls-test-world.ts";

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-recovery-"));
  world = await openWorld(directory);
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const say = (from: ConnectedDevice, message: CallMessage) => world.calls.handle(from, message);
const own = async (device: ConnectedDevice) => (await world.calls.standingFor(device)).own;

async function ring(): Promise<CallId> {
  const answer = await say(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}

async function connect(): Promise<CallId> {
  const callId = await ring();
  await say(alice, offer(callId));
  await say(bob, { type: "accept", callId, ends: null, answer: null });
  await say(bob, { type: "answer", callId, round: 0, signed });
  await say(alice, { type: "media-connected", callId });
  await say(bob, { type: "media-connected", callId });
  return callId;
}

async function restartServer(afterMs = 0): Promise<void> {
  await world[Symbol.asyncDispose]();
  world = await openWorld(directory, { now: world.clock.now + afterMs });
}

describe("what a device may prepare itself with while it rings", () => {
  test("comes to each with a credential of its own, once the offer is there", async () => {
    const callId = await ring();
    await say(alice, offer(callId));
    for (const device of [bob, bobLaptop]) {
      expect(world.told(device).at(-1)).toMatchObject({
        type: "prepare",
        callId,
        ice,
        offer: signed,
        relay: { username: expect.stringMatching(new RegExp(`:${callId}:b:${device.device}$`)) },
      });
    }
    expect(world.told(alice).some(({ type }) => type === "prepare")).toBe(false);
  });

  test("is told to a device that shows the ring later, and to no other", async () => {
    const callId = await ring();
    expect(await say(bob, { type: "ring-acknowledge", callId })).toBeNull();
    await say(alice, offer(callId));
    expect(await say(bobLaptop, { type: "ring-acknowledge", callId })).toMatchObject({
      type: "prepare",
      relay: { username: expect.stringContaining(bobLaptop.device) },
    });
    expect(await say(alice, { type: "ring-acknowledge", callId })).toMatchObject({
      code: "wrong-role",
    });
  });

  test("is not told where the right to ring has ended", async () => {
    const callId = await ring();
    await world.store.write(async (write) => {
      await sayNever(write, bob.account, alice.account);
      await world.calls.hooks.pairChanged(write, bob.account, alice.account);
    });
    await say(alice, offer(callId));
    expect(world.told(bob).some(({ type }) => type === "prepare")).toBe(false);
    expect(await say(bob, { type: "ring-acknowledge", callId })).toMatchObject({
      code: "wrong-state",
    });
  });

  test("is what stands in the description, or the offer is refused", async () => {
    const callId = await ring();
    for (const other of [
      { ...ice, ufrag: "efgh" },
      { ...ice, pwd: "1234567890123456789012" },
    ]) {
      expect(await say(alice, { ...offer(callId), ice: other })).toMatchObject({
        code: "description-refused",
      });
    }
  });
});

describe("the place of a device in its call", () => {
  test("is told at its welcome, with a fresh credential and what the other said", async () => {
    const callId = await connect();
    world.clock.now += 3_600_000;
    const place = await own(alice);
    expect(place).toMatchObject({ callId, round: 0, isNewConnection: true, answer: signed });
    const [expiry] = place?.relay.username.split(":") ?? [];
    expect(Number(expiry) * 1_000).toBeGreaterThan(world.clock.now);
    expect(await own(bob)).toMatchObject({
      offer: signed,
      relay: { username: expect.stringContaining(`:b:${bob.device}`) },
    });
    expect(await own(aliceLaptop)).toBeNull();
    expect(await own(bobLaptop)).toBeNull();
  });

  test("outlives a restart of the server in the middle of a round", async () => {
    const callId = await connect();
    await say(bob, { type: "restart", callId, round: 0, isNewConnection: true });
    await restartServer();
    expect(await own(alice)).toMatchObject({ round: 0, restart: { isNewConnection: true } });
    await say(alice, { ...offer(callId), round: 1 });
    await restartServer();
    expect(await own(bob)).toMatchObject({ round: 1, offer: signed, answer: null });
    expect(await say(bob, { type: "answer", callId, round: 1, signed })).toBeNull();
    expect(world.told(alice).at(-1)).toMatchObject({ type: "answer", round: 1 });
  });
});

describe("a new round", () => {
  test("comes with a fresh credential for whoever has to describe next", async () => {
    const callId = await connect();
    await say(bob, { type: "restart", callId, round: 0, isNewConnection: false });
    expect(world.told(alice).at(-1)).toMatchObject({
      type: "restart",
      relay: { username: expect.stringContaining(`:a:${alice.device}`) },
    });
    await say(alice, { ...offer(callId), round: 1, isNewConnection: false });
    expect(world.told(bob).at(-1)).toMatchObject({
      type: "offer",
      round: 1,
      isNewConnection: false,
      relay: { username: expect.stringContaining(`:b:${bob.device}`) },
    });
  });

  test("too often is refused, and the call goes on", async () => {
    const callId = await connect();
    for (let round = 1; round <= rates.roundsPerCall.burst; round++) {
      expect(await say(alice, { ...offer(callId), round })).toBeNull();
    }
    const next = { ...offer(callId), round: rates.roundsPerCall.burst + 1 };
    expect(await say(alice, next)).toMatchObject({ code: "too-many-requests" });
    world.clock.now += 60_000;
    expect(await say(alice, next)).toBeNull();
  });
});

test("media that comes and goes too often is refused, where it goes", async () => {
  const callId = await connect();
  const lose = () => say(alice, { type: "media-lost", callId });
  const getBack = () => say(alice, { type: "media-connected", callId });
  for (let time = 0; time < rates.lossesPerCall.burst; time++) {
    expect(await lose()).toBeNull();
    expect(await getBack()).toBeNull();
  }
  expect(await lose()).toMatchObject({ code: "too-many-requests" });
  expect(world.told(bob).at(-1)).toMatchObject({ call: { state: "connected" } });
});

describe("a page that leaves a call", () => {
  test("and is not back in 5 s has hung up, also where the server was away meanwhile", async () => {
    const callId = await connect();
    await say(bob, { type: "page-left", callId });
    expect(world.told(alice).at(-1)).toMatchObject({ call: { state: "reconnecting" } });
    await restartServer(limits.pageReturnMs);
    const ends = world.told(alice).filter(({ type }) => type === "call-ended");
    expect(ends).toMatchObject([{ callId, reason: "hung-up" }]);
  });

  test("and returns finds its place again", async () => {
    const callId = await connect();
    await say(bob, { type: "page-left", callId });
    world.clock.now += limits.pageReturnMs - 1;
    expect(await own(bob)).toMatchObject({ callId, round: 0 });
    expect(await say(bob, { type: "page-returned", callId })).toBeNull();
    await restartServer(limits.pageReturnMs);
    expect(await world.views(alice)).toMatchObject([{ callId, state: "reconnecting" }]);
  });
});
