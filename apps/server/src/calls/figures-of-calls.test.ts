import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallId } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import {
  type World,
  alice,
  bob,
  carol,
  invite,
  offer,
  openWorld,
  seed,
  signed,
} from "./calls-test-world.ts";

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-figures-"));
  world = await openWorld(directory);
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const say = (from: ConnectedDevice, message: CallMessage) => world.calls.handle(from, message);

async function ring(): Promise<CallId> {
  world.clock.now += 1;
  const answer = await say(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}

async function accept(callId: CallId): Promise<void> {
  await say(alice, offer(callId));
  await say(bob, { type: "accept", callId, ends: null, answer: null });
  await say(bob, { type: "answer", callId, round: 0, signed });
}

describe("what is counted of calls", () => {
  test("tells how rings ended, each once", async () => {
    const declined = await ring();
    await say(bob, { type: "decline", callId: declined });
    await say(bob, { type: "decline", callId: declined });
    await say(alice, { type: "cancel", callId: await ring() });
    await accept(await ring());
    const { ringsBegun, ringsOver } = world.figures;
    expect(ringsBegun).toBe(3);
    expect(ringsOver).toEqual({ answered: 1, declined: 1, cancelled: 1, missed: 0 });
  });

  test("has a ring that nobody took as missed", async () => {
    await ring();
    world.clock.now += 60_000;
    await world.calls.start();
    expect(world.figures.ringsOver).toMatchObject({ missed: 1, cancelled: 0 });
    expect(world.figures.callsEnded).toEqual({ "hung-up": 0, failed: 0, lost: 0 });
  });

  test("has a call whose media never came as failed", async () => {
    await accept(await ring());
    world.clock.now += 120_000;
    await world.calls.start();
    expect(world.figures.ringsOver).toMatchObject({ answered: 1, missed: 0 });
    expect(world.figures.callsEnded).toEqual({ "hung-up": 0, failed: 1, lost: 0 });
  });

  test("has the time from the accept until media arrived at both", async () => {
    const callId = await ring();
    await accept(callId);
    world.clock.now += 300;
    await say(alice, { type: "media-connected", callId });
    expect(world.figures.acceptToConnectedSeconds.read().count).toBe(0);
    await say(bob, { type: "media-connected", callId });
    expect(world.figures.acceptToConnectedSeconds.read()).toMatchObject({ count: 1, sum: 0.3 });
    await say(bob, { type: "hang-up", callId });
    expect(world.figures.callsEnded).toEqual({ "hung-up": 1, failed: 0, lost: 0 });
    expect(world.figures.acceptToConnectedSeconds.read().count).toBe(1);
  });

  test("is one number for all who could not be rung, whatever the reason", async () => {
    await say(carol, invite("bob"));
    await say(carol, invite("nobody_at_all"));
    const callId = await ring();
    await say(alice, invite("bob"));
    expect(world.figures.invitesRefused).toBe(3);
    await say(alice, { type: "cancel", callId });
    expect(world.figures.invitesRefused).toBe(3);
  });

  test("has the time from the invite until a page was told, once for a ring", async () => {
    const { inviteToRingSeconds } = world.figures;
    const callId = await ring();
    expect(inviteToRingSeconds.read().count).toBe(0);
    world.figures.ringWritten(callId);
    expect(inviteToRingSeconds.read().count).toBe(1);
    await say(bob, { type: "decline", callId });
    await say(alice, { type: "cancel", callId: await ring() });
    expect(inviteToRingSeconds.read().count).toBe(1);
  });
});
