import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallId, limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask } from "../asking/asks.ts";
import { giveGrant } from "../asking/grants.ts";
import type { ConnectedDevice } from "../signalling/connection.ts";
import {
  type World,
  alice,
  bob,
  signed,
  invite,
  offer,
  openWorld,
  seed,
} from "./calls-test-world.ts";
import { callStandingOf, pairFacts } from "./pair-facts.ts";

const minuteMs = 60_000;
let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-memory-"));
  // Nobody keeps any record of calls here: the rules must not need them.
  world = await openWorld(directory, { callRecordDays: 0 });
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function ring(from: ConnectedDevice = alice, to = "bob"): Promise<CallId> {
  world.clock.now += minuteMs;
  const answer = await world.calls.handle(from, invite(to));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}

async function ringInVain(): Promise<void> {
  const callId = await ring();
  await world.calls.handle(alice, { type: "cancel", callId });
}

async function accept(): Promise<CallId> {
  const callId = await ring();
  await world.calls.handle(alice, offer(callId));
  await world.calls.handle(bob, { type: "accept", callId, ends: null, answer: null });
  return callId;
}

async function talk(): Promise<void> {
  const callId = await accept();
  world.clock.now += minuteMs / 60;
  await world.calls.handle(bob, { type: "answer", callId, round: 0, signed });
  await world.calls.handle(alice, { type: "media-connected", callId });
  await world.calls.handle(bob, { type: "media-connected", callId });
  await world.calls.handle(bob, { type: "hang-up", callId });
}

const ofAlice = () =>
  pairFacts(world.store.db, { caller: alice.account, callee: bob.account }, world.clock.now);
const ofBob = () =>
  pairFacts(world.store.db, { caller: bob.account, callee: alice.account }, world.clock.now);

async function give(kind: "once" | "always", mayBreakThrough: 0 | 1 = 0): Promise<void> {
  await world.store.write(async ({ db, now }) => {
    await db
      .insertInto("call_grant")
      .values({
        owner_id: bob.account,
        other_id: alice.account,
        kind,
        until_at: null,
        may_break_through: mayBreakThrough,
        paused_until: null,
        unanswered_count: 0,
        created_at: now,
      })
      .execute();
  });
}

describe("of a ring the rules remember", () => {
  test("that whoever rang may be rung back, from its beginning", async () => {
    await ring();
    const { now } = world.clock;
    expect(await ofBob()).toMatchObject({
      calleeRangAt: now,
      calleeActedAt: now,
      answeredAt: null,
    });
  });

  test("that it goes on: it is unanswered only once it is over", async () => {
    const callId = await ring();
    const rangAt = world.clock.now;
    expect(await ofAlice()).toMatchObject({ unansweredRingsAt: [] });
    await world.calls.handle(alice, { type: "cancel", callId });
    expect(await ofAlice()).toMatchObject({ unansweredRingsAt: [rangAt] });
  });

  test("that a decline is no answer", async () => {
    const callId = await ring();
    await world.calls.handle(bob, { type: "decline", callId });
    expect(await ofAlice()).toMatchObject({ unansweredRingsAt: [world.clock.now] });
  });

  test("that it counts for the callee's limit, unless a right let it ring", async () => {
    await ringInVain();
    expect(await ofAlice()).toMatchObject({ ringsWithoutGrantCount: 1 });
    await give("always");
    await ringInVain();
    expect(await ofAlice()).toMatchObject({ ringsWithoutGrantCount: 1 });
  });
});

describe("a call that was answered", () => {
  test("ends the right to ring back and the row of unanswered rings, and the callee acted", async () => {
    await ringInVain();
    await talk();
    const { now } = world.clock;
    expect(await ofAlice()).toMatchObject({
      unansweredRingsAt: [],
      answeredAt: now,
      calleeActedAt: now,
    });
    expect(await ofBob()).toMatchObject({ answeredAt: now });
  });

  test("spends a right for once, and no other", async () => {
    await give("once");
    await ringInVain();
    expect(await ofAlice()).toMatchObject({ grant: { kind: "once" } });
    await talk();
    expect(await ofAlice()).toMatchObject({ grant: null });
    await give("always");
    await talk();
    expect(await ofAlice()).toMatchObject({ grant: { kind: "always" } });
  });

  test("ends what either asked, with the card and the right to ring back", async () => {
    await world.store.write((write) => ask(write, alice.account, bob.account, ""));
    expect(await ofBob()).toMatchObject({ calleeAsksSince: world.clock.now });
    await talk();
    expect(await ofBob()).toMatchObject({ calleeAskedAt: null, calleeAsksSince: null });
    expect(world.told(bob)).toContainEqual(expect.objectContaining({ type: "ask-ended" }));
    const { db } = world.store;
    const standing = await callStandingOf(db, alice.account, bob.account, world.clock.now);
    expect(standing).toMatchObject({ asked: null });
    expect(await ofAlice()).toMatchObject({ askedAt: [expect.any(Number)] });
  });

  test("and failed has spent nothing, and was neither answered nor left alone", async () => {
    await give("once");
    const callId = await accept();
    world.clock.now += limits.connectTimeoutMs;
    await world.calls.start();
    expect(await world.calls.handle(alice, { type: "hang-up", callId })).toMatchObject({
      code: "wrong-state",
    });
    expect(await ofAlice()).toMatchObject({
      grant: { kind: "once" },
      answeredAt: null,
      unansweredRingsAt: [],
    });
  });
});

/** One after the other, so that the limit of three within a day is not what stops them. */
async function ringInVainFor(days: number): Promise<void> {
  for (let count = 0; count < days; count++) {
    await ringInVain();
    world.clock.now += limits.unansweredRingsMs;
  }
}

describe("four unanswered rings in a row", () => {
  test("pause a right for a day, and end none", async () => {
    await give("always");
    await ringInVainFor(3);
    expect(await ofAlice()).toMatchObject({ grant: { pausedUntil: null } });
    await ringInVain();
    expect(await ofAlice()).toMatchObject({
      grant: { kind: "always", pausedUntil: world.clock.now + limits.grantPauseMs },
    });
  });

  test("are in a row only where none was answered", async () => {
    await give("always");
    await ringInVainFor(3);
    await talk();
    await ringInVainFor(3);
    expect(await ofAlice()).toMatchObject({ grant: { pausedUntil: null } });
  });

  test("pause no right that may break through", async () => {
    await give("always", 1);
    await ringInVainFor(4);
    expect(await ofAlice()).toMatchObject({ grant: { pausedUntil: null } });
  });
});

describe("a right that is given after three unanswered rings", () => {
  beforeEach(async () => {
    for (let count = 0; count < limits.unansweredRingsMax; count++) await ringInVain();
    world.clock.now += minuteMs;
  });

  test("lets ring again, as those before it count no more", async () => {
    expect(await world.calls.handle(alice, invite("bob"))).toMatchObject({ type: "unavailable" });
    await giveOnce();
    await ringInVain();
    await ringInVain();
    await ringInVain();
    expect(await world.calls.handle(alice, invite("bob"))).toMatchObject({ type: "unavailable" });
  });

  test("does so too in the place of one that is older", async () => {
    await giveOnce();
    for (let count = 0; count < limits.unansweredRingsMax; count++) await ringInVain();
    await giveOnce();
    expect(await world.calls.handle(alice, invite("bob"))).toMatchObject({ type: "ringing" });
  });
});

function giveOnce(): Promise<void> {
  const right = { choice: "once-24h", mayBreakThrough: false } as const;
  world.clock.now += minuteMs;
  return world.store.write((write) => giveGrant(write, bob.account, alice.account, right));
}
