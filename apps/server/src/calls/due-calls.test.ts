import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RingingCall } from "@ringfence/call";
import { type CallId, limits } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serverLimits } from "../limits.ts";
import {
  type World,
  alice,
  invite,
  newId,
  openWorld,
  pushesNothing,
  seed,
} from "./calls-test-world.ts";
import { DueCalls } from "./due-calls.ts";

let directory: string;
let world: World;
let callId: CallId;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-due-"));
  world = await openWorld(directory);
  await seed(world.store);
  // Another node than those below has the alarm for it.
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error("not ringing");
  callId = answer.call.callId;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});

afterEach(async () => {
  vi.useRealTimers();
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** What a node serves that starts now. */
async function watch(looksAround: boolean) {
  const served: CallId[] = [];
  const dueCalls = new DueCalls({
    db: world.store.db,
    looksAround,
    onLook() {},
    async sendDue(due) {
      served.push(due);
      await world.store.write(({ db }) =>
        db.updateTable("call").set({ due_at: null }).where("id", "=", due).execute(),
      );
    },
    now: () => world.clock.now,
    logger: pino({ level: "silent" }),
  });
  await dueCalls.start();
  return { served, dueCalls };
}

async function passRound(): Promise<void> {
  vi.advanceTimersByTime(serverLimits.dueCallsOfOthersRoundMs);
  // A query takes no longer than a few turns of the event loop.
  await world.store.write(async () => {});
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("a node serves a call that is late by half a second, whoever had its alarm", async () => {
  const { served, dueCalls } = await watch(true);
  using _ = dueCalls;
  world.clock.now += limits.ringTimeoutMs + serverLimits.dueCallsOfOthersLateMs - 1;
  await passRound();
  expect(served).toEqual([]);
  world.clock.now += 1;
  await passRound();
  await expect.poll(() => served).toEqual([callId]);
  await passRound();
  expect(served).toEqual([callId]);
});

test("a ring that nobody pushes is pushed, though nobody learned that its commit happened", async () => {
  const resumed: CallId[] = [];
  const nobody = {
    ...pushesNothing,
    isNobodys: () => true,
    resume: (call: RingingCall) => void resumed.push(call.callId),
  };
  await using _other = await openWorld(directory, {
    now: world.clock.now,
    clock: world.clock,
    looksAround: true,
    ringPush: () => nobody,
  });
  resumed.length = 0;
  world.clock.now += serverLimits.ringUnclaimedMs - 1;
  await passRound();
  expect(resumed).toEqual([]);
  world.clock.now += 1;
  await passRound();
  await expect.poll(() => resumed).toEqual([callId]);
});

test("a server that is alone on a file looks for nobody else's", async () => {
  const { dueCalls } = await watch(false);
  using _ = dueCalls;
  expect(vi.getTimerCount()).toBe(0);
});

test("a call that cannot be served stops neither the start nor the others, and is tried again", async () => {
  const row = await world.store.db.selectFrom("call").selectAll().executeTakeFirstOrThrow();
  const broken = newId() as CallId;
  await world.store.write(({ db }) =>
    db
      .insertInto("call")
      .values({ ...row, id: broken, due_at: 0 })
      .execute(),
  );
  const served: CallId[] = [];
  let isBroken = true;
  using dueCalls = new DueCalls({
    db: world.store.db,
    looksAround: true,
    onLook: () => {},
    async sendDue(due) {
      if (due === broken && isBroken) throw new SyntaxError("it cannot be read");
      served.push(due);
      await world.store.write(({ db }) =>
        db.updateTable("call").set({ due_at: null }).where("id", "=", due).execute(),
      );
    },
    now: () => world.clock.now,
    logger: pino({ level: "silent" }),
  });
  world.clock.now += limits.ringTimeoutMs;
  await dueCalls.start();
  expect(served).toEqual([callId]);
  isBroken = false;
  await passRound();
  await expect.poll(() => served).toEqual([callId, broken]);
});
