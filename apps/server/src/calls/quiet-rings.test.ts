import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CallId,
  type CallSettingsChange,
  type DownMessage,
  Weekday,
  limits,
} from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settingsColumnsOf } from "../settings/settings-columns.ts";
import {
  type World,
  alice,
  aliceLaptop,
  bob,
  bobLaptop,
  signed,
  invite,
  offer,
  openWorld,
  seed,
} from "./calls-test-world.ts";
import { pairFacts } from "./pair-facts.ts";

/** A Wednesday. In Berlin it is 22:30. */
const night = Date.parse("2026-07-01T20:30Z");
const hourMs = 3_600_000;
const nights: CallSettingsChange = {
  quietHours: {
    timeZone: "Europe/Berlin",
    periods: [{ days: [...Weekday.options], from: 22 * 60, to: 7 * 60 }],
  },
};
const doNotDisturb: CallSettingsChange = { doNotDisturb: { isOn: true, until: null } };

let directory: string;
let world: World;

beforeEach(() => open());
afterEach(close);

async function open(): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), "ringfence-quiet-"));
  world = await openWorld(directory, { now: night });
  await seed(world.store);
}

async function close(): Promise<void> {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
}

async function bobSets(change: CallSettingsChange): Promise<void> {
  await world.store.write(async (write) => {
    const columns = settingsColumnsOf(change);
    await write.db.updateTable("account").set(columns).where("id", "=", bob.account).execute();
    await world.calls.hooks.settingsChanged(write, bob.account);
  });
}

async function bobLetsRing(may_break_through: 0 | 1): Promise<void> {
  await world.store.write(async ({ db, now }) => {
    await db
      .insertInto("call_grant")
      .values({
        owner_id: bob.account,
        other_id: alice.account,
        kind: "always",
        until_at: null,
        may_break_through,
        paused_until: null,
        unanswered_count: 0,
        created_at: now,
      })
      .execute();
  });
}

async function ring(): Promise<CallId> {
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}

/** Whether the ring that both of Bob's devices were told of is quiet. */
async function isQuiet(): Promise<boolean> {
  await ring();
  const [phone, laptop] = [bob, bobLaptop].map((device) => world.told(device).at(-1));
  expect(laptop).toEqual(phone);
  if (phone?.type !== "ring") throw new Error(`no ring but ${phone?.type}`);
  return phone.call.isQuiet;
}

/** All that Alice's devices are told of a ring that nobody takes, from the invite to its end. */
async function heardByAlice(prepare: () => Promise<void>): Promise<DownMessage[][]> {
  await close();
  await open();
  await prepare();
  const answer = await world.calls.handle(alice, invite("bob"));
  world.clock.now += limits.ringTimeoutMs;
  await world.calls.start();
  if (answer === null) throw new Error("no answer");
  return [[answer, ...world.told(alice)], world.told(aliceLaptop)];
}

/** What differs from one ring to the next: ids, and credentials made of them. */
function withoutIds(heard: DownMessage[][]): string {
  return JSON.stringify(heard)
    .replaceAll(/"(requestId|username|credential)":"[^"]*"/g, '"$1":"-"')
    .replaceAll(/"[0-9a-z]{26}"/gi, '"-"');
}

describe("a ring that is permitted", () => {
  test.each<[string, CallSettingsChange[], 0 | 1 | null, boolean]>([
    ["is aloud where nothing was set", [], null, false],
    ["is quiet in quiet hours", [nights], null, true],
    ["is quiet while do not disturb is on", [doNotDisturb], null, true],
    [
      "is aloud once do not disturb has run out",
      [{ doNotDisturb: { isOn: true, until: night } }],
      null,
      false,
    ],
    ["is quiet also by a right that was given", [nights], 0, true],
    ["is aloud by one that may break through", [nights, doNotDisturb], 1, false],
  ])("%s", async (_what, changes, grant, expected) => {
    for (const change of changes) await bobSets(change);
    if (grant !== null) await bobLetsRing(grant);
    expect(await isQuiet()).toBe(expected);
  });

  test("is aloud again when the morning comes", async () => {
    await bobSets(nights);
    world.clock.now = Date.parse("2026-07-02T05:00Z");
    expect(await isQuiet()).toBe(false);
  });
});

describe("a quiet ring", () => {
  test("stays as it began, whatever the callee sets while it rings", async () => {
    await bobSets(doNotDisturb);
    await ring();
    await bobSets({ doNotDisturb: { isOn: false, until: null } });
    expect(await world.views(bobLaptop)).toMatchObject([{ isQuiet: true }]);
    expect(world.told(bob).map(({ type }) => type)).toEqual(["ring"]);
  });

  test("can be taken like any other", async () => {
    await bobSets(nights);
    const callId = await ring();
    await world.calls.handle(alice, offer(callId));
    expect(
      await world.calls.handle(bob, { type: "accept", callId, ends: null, answer: null }),
    ).toBeNull();
    expect(world.told(bob).at(-1)).toMatchObject({
      type: "accepted",
      call: { state: "connecting", isQuiet: false },
      offer: signed,
    });
  });

  test("is none of the few that an hour may bring aloud", async () => {
    await bobSets(nights);
    await ring();
    const pair = { caller: alice.account, callee: bob.account };
    const facts = await pairFacts(world.store.db, pair, world.clock.now);
    expect(facts).toMatchObject({ ringsWithoutGrantCount: 0 });
  });

  test("counts as unanswered, or its caller could tell by ringing three times", async () => {
    await bobSets(nights);
    for (let count = 0; count < limits.unansweredRingsMax; count++) {
      await world.calls.handle(alice, { type: "cancel", callId: await ring() });
      world.clock.now += hourMs;
    }
    expect(await world.calls.handle(alice, invite("bob"))).toMatchObject({ type: "unavailable" });
  });
});

describe("the caller of a quiet ring", () => {
  test("hears to the byte what the caller of one hears that nobody picked up", async () => {
    const loud = await heardByAlice(async () => {});
    expect(loud[0]?.[0]).toMatchObject({ type: "ringing", call: { isQuiet: false } });
    expect(loud[0]).toContainEqual(
      expect.objectContaining({ type: "call-ended", reason: "no-answer" }),
    );
    for (const change of [nights, doNotDisturb]) {
      const quiet = await heardByAlice(() => bobSets(change));
      expect(world.told(bob)[0]).toMatchObject({ type: "ring", call: { isQuiet: true } });
      expect(withoutIds(quiet)).toBe(withoutIds(loud));
      expect(JSON.stringify(quiet)).toHaveLength(JSON.stringify(loud).length);
    }
  });

  test("is a missed call to the callee, at the ordinary time", async () => {
    await heardByAlice(() => bobSets(nights));
    expect(world.told(bob)).toContainEqual(
      expect.objectContaining({ type: "call-ended", reason: "missed" }),
    );
    expect(world.told(bob)).toContainEqual(
      expect.objectContaining({
        type: "entry-added",
        entry: expect.objectContaining({ outcome: "missed" }),
      }),
    );
  });
});
