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
  const gone: [CallId, CallDevice][] = [];
  const absent = new AbsentDevices({
    db: world.store.db,
    isConnected: (device) => connected.has(device),
    sendGone: async (call, device) => void gone.push([call, device]),
    now: () => world.clock.now,
    logger: pino({ level: "silent" }),
  });
  return { callId, connected, gone, absent };
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
