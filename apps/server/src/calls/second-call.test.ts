import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallId } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import {
  type World,
  alice,
  befriend,
  bob,
  bobLaptop,
  carol,
  signed,
  invite,
  newId,
  offer,
  openWorld,
  seed,
} from "./calls-test-world.ts";

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-second-"));
  world = await openWorld(directory);
  await seed(world.store);
  await befriend(world.store, bob.account, carol.account);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const say = (from: ConnectedDevice, message: CallMessage) => world.calls.handle(from, message);

async function ring(from: ConnectedDevice, to = "bob"): Promise<CallId> {
  // Calls of one millisecond have no order.
  world.clock.now += 1;
  const answer = await say(from, invite(to));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}

/** Alice and Bob's telephone talk. */
async function talk(): Promise<CallId> {
  const callId = await ring(alice);
  await say(alice, offer(callId));
  await say(bob, { type: "accept", callId, ends: null, answer: null });
  await say(bob, { type: "answer", callId, round: 0, signed });
  await say(alice, { type: "media-connected", callId });
  await say(bob, { type: "media-connected", callId });
  return callId;
}

const standing = async (device: ConnectedDevice) =>
  (await world.views(device)).map(({ callId, state }) => [callId, state]);
const ends = (device: ConnectedDevice, callId: CallId) =>
  world
    .told(device)
    .flatMap((message) =>
      message.type === "call-ended" && message.callId === callId ? [message.reason] : [],
    );

describe("a ring for somebody who is in a call", () => {
  test("rings there too, and its caller hears ordinary ringing", async () => {
    const first = await talk();
    const second = await ring(carol);
    expect(await standing(bob)).toEqual([
      [first, "connected"],
      [second, "ringing"],
    ]);
    expect(await standing(carol)).toEqual([[second, "ringing"]]);
    expect(await standing(alice)).toEqual([[first, "connected"]]);
  });

  test("is not taken by the way: the call that it ends has to be named", async () => {
    const first = await talk();
    const second = await ring(carol);
    expect(
      await say(bob, { type: "accept", callId: second, ends: null, answer: null }),
    ).toMatchObject({
      code: "already-in-call",
    });
    expect(await standing(bob)).toEqual([
      [first, "connected"],
      [second, "ringing"],
    ]);
  });
});

describe("*End this call and accept*", () => {
  test("hangs up the one and takes the other, in this order and one transaction", async () => {
    const first = await talk();
    const second = await ring(carol);
    expect(
      await say(bob, { type: "accept", callId: second, ends: first, answer: null }),
    ).toBeNull();
    expect(await standing(bob)).toEqual([[second, "connecting"]]);
    expect(ends(alice, first)).toEqual(["hung-up"]);
    const told = world.told(bob).map(({ type }) => type);
    expect(told.indexOf("call-ended")).toBeLessThan(told.lastIndexOf("accepted"));
    expect(world.orders.slice(-2)).toEqual(["end", `join ${carol.device} ${bob.device}`]);
  });

  test("leaves the first call as it is when the second is over already", async () => {
    const first = await talk();
    const second = await ring(carol);
    await say(carol, { type: "cancel", callId: second });
    const ordersBefore = [...world.orders];
    expect(
      await say(bob, { type: "accept", callId: second, ends: first, answer: null }),
    ).toMatchObject({
      code: "wrong-state",
    });
    expect(await standing(bob)).toEqual([[first, "connected"]]);
    expect(ends(alice, first)).toEqual([]);
    expect(world.orders).toEqual(ordersBefore);
  });

  test("leaves it so too when another device has taken the second", async () => {
    const first = await talk();
    const second = await ring(carol);
    await say(bobLaptop, { type: "accept", callId: second, ends: null, answer: null });
    expect(
      await say(bob, { type: "accept", callId: second, ends: first, answer: null }),
    ).toMatchObject({
      code: "wrong-state",
    });
    expect(await standing(alice)).toEqual([[first, "connected"]]);
  });

  test("takes the second where the first has ended by itself", async () => {
    const first = await talk();
    const second = await ring(carol);
    await say(alice, { type: "hang-up", callId: first });
    expect(
      await say(bob, { type: "accept", callId: second, ends: first, answer: null }),
    ).toBeNull();
    expect(ends(alice, first)).toEqual(["cancelled"]);
  });

  test("ends no call but one of this device", async () => {
    const first = await talk();
    const second = await ring(carol);
    const unknown = newId() as CallId;
    expect(
      await say(bob, { type: "accept", callId: second, ends: unknown, answer: null }),
    ).toMatchObject({
      code: "already-in-call",
    });
    expect(
      await say(bobLaptop, { type: "accept", callId: second, ends: first, answer: null }),
    ).toBeNull();
    expect(await standing(alice)).toEqual([[first, "connected"]]);
  });

  test("stops an own ring, which its callee sees as a missed call", async () => {
    const own = await ring(bob, "alice");
    const second = await ring(carol);
    expect(await say(bob, { type: "accept", callId: second, ends: own, answer: null })).toBeNull();
    expect(ends(alice, own)).toEqual(["missed"]);
    expect(await standing(bob)).toEqual([[second, "connecting"]]);
  });

  test("said twice is said once", async () => {
    const first = await talk();
    const second = await ring(carol);
    const accept: CallMessage = { type: "accept", callId: second, ends: first, answer: null };
    const answers = await Promise.all([say(bob, accept), say(bob, accept)]);
    expect(answers).toMatchObject([null, { code: "wrong-state" }]);
    expect(await standing(bob)).toEqual([[second, "connecting"]]);
  });
});
