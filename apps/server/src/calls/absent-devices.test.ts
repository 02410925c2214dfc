import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallDevice } from "@ringfence/call";
import { type CallId, type DeviceId, limits } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AbsentDevices } from "./absent-devices.ts";
import { type World, alice, bob, invite, openWorld, seed } from "./calls-test-world.ts";

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-absent-"));
  world = await openWorld(directory);
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function watchAcceptedCall() {
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error("not ringing");
  const { callId } = answer.call;
  await world.calls.handle(bob, { type: "accept", callId, ends: null, answer: null });
  const connected = new Set<DeviceId>([alice.device, bob.device]);
  const unknown = new Set<DeviceId>();
  const elsewhere = new Set<string>();
  const gone: [CallId, CallDevice][] = [];
  const absent = new AbsentDevices({
    db: world.store.db,
    isConnected: async (device) => (unknown.has(device) ? null : connected.has(device)),
    isMine: (call) => !elsewhere.has(call),
    sendGone: async (call, device) => void gone.push([call, device]),
    now: () => world.clock.now,
    logger: pino({ level: "silent" }),
  });
  return { callId, connected, unknown, elsewhere, gone, absent };
}

test("a device in a call that has no connection for 60 s is gone", async () => {
  const { callId, connected, gone, absent } = await watchAcceptedCall();
  connected.clear();
  await absent.look();
  world.clock.now += limits.lostTimeoutMs - 1;
  await absent.look();
  expect(gone).toEqual([]);
  world.clock.now += 1;
  await absent.look();
  expect(gone).toEqual([
    [callId, { accountId: alice.account, deviceId: alice.device }],
    [callId, { accountId: bob.account, deviceId: bob.device }],
  ]);
});

test("a connection that comes back in time starts the count anew", async () => {
  const { connected, gone, absent } = await watchAcceptedCall();
  connected.delete(bob.device);
  await absent.look();
  world.clock.now += limits.lostTimeoutMs - 1;
  connected.add(bob.device);
  await absent.look();
  connected.delete(bob.device);
  world.clock.now += limits.lostTimeoutMs - 1;
  await absent.look();
  expect(gone).toEqual([]);
});

test("a device that cannot be asked after now is not gone, however long", async () => {
  const { connected, unknown, gone, absent } = await watchAcceptedCall();
  connected.clear();
  await absent.look();
  unknown.add(alice.device).add(bob.device);
  world.clock.now += limits.lostTimeoutMs;
  await absent.look();
  unknown.clear();
  await absent.look();
  world.clock.now += limits.lostTimeoutMs - 1;
  await absent.look();
  expect(gone).toEqual([]);
});

test("a call that another node looks after is left to it", async () => {
  const { callId, connected, elsewhere, gone, absent } = await watchAcceptedCall();
  elsewhere.add(callId);
  connected.clear();
  await absent.look();
  world.clock.now += limits.lostTimeoutMs;
  await absent.look();
  expect(gone).toEqual([]);
});
