import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Facts } from "@ringfence/policy";
import {
  type AccountId,
  type AskId,
  type CallId,
  type CallSettingsChange,
  limits,
  presets,
} from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settingsColumnsOf } from "../settings/settings-columns.ts";
import type { Tables } from "../store/tables.ts";
import { type World, alice, bob, carol, newId, openWorld, seed } from "./calls-test-world.ts";
import { callStandingOf, readCallers, pairFacts } from "./pair-facts.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let directory: string;
let world: World;
const startedAt = 1_800_000_000_000;
let now = startedAt;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-facts-"));
  now = startedAt;
  world = await openWorld(directory, { now });
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const aliceToBob = { caller: alice.account, callee: bob.account };
const factsNow = (pair = aliceToBob) => pairFacts(world.store.db, pair, now);
const standing = () => callStandingOf(world.store.db, alice.account, bob.account, now);

/** Two mutuals who each entered, with the preset Private, and nothing else. */
const friends: Facts = {
  callerBlocked: false,
  calleeBlocked: false,
  eitherSuspended: false,
  calleeSetNever: false,
  callerEntered: true,
  calleeEntered: true,
  letsCallBack: true,
  calleeRangAt: null,
  calleeAskedAt: null,
  calleeAsksSince: null,
  answeredAt: null,
  callBackRevokedAt: null,
  calling: "on",
  limitsUnanswered: true,
  unansweredRingsAt: [],
  grant: null,
  audiences: ["mutuals"],
  isInAddressBook: false,
  callerFollowsCallee: true,
  calleeFollowsCaller: true,
  isCallerVouched: false,
  fadingDays: 180,
  calleeActedAt: startedAt,
  letsAsk: true,
  askedAt: [],
  othersRungCount: 0,
  ringsWithoutGrantCount: 0,
};

/** Each of these is a fact of one direction and leaves the other as it was. */
async function insert<Name extends keyof Tables>(table: Name, row: Tables[Name]): Promise<void> {
  await world.store.write(async ({ db }) => {
    await db
      .insertInto(table)
      .values(row as never)
      .execute();
  });
}

type Ring = Partial<Tables["recent_ring"]>;
const ring = (caller: AccountId, callee: AccountId, ago: number, change: Ring = {}) =>
  insert("recent_ring", {
    call_id: newId() as CallId,
    caller_id: caller,
    callee_id: callee,
    rang_at: now - ago,
    answered_at: null,
    unanswered_at: now - ago + 1,
    counts_for_callee: 0,
    ...change,
  });

type Ask = Partial<Tables["ask"]>;
const ask = (asker: AccountId, asked: AccountId, ago: number, change: Ask = {}) =>
  insert("ask", {
    id: newId() as AskId,
    asker_id: asker,
    asked_id: asked,
    reason: "",
    asked_at: now - ago,
    withdrawn_at: null,
    answered_at: null,
    granted_at: null,
    ...change,
  });

const pairRow = (owner: AccountId, other: AccountId) => ({
  owner_id: owner,
  other_id: other,
  created_at: now,
});

async function changeSettings(account: AccountId, change: CallSettingsChange): Promise<void> {
  await world.store.write(async ({ db }) => {
    await db
      .updateTable("account")
      .set(settingsColumnsOf(change))
      .where("id", "=", account)
      .execute();
  });
}

async function setSide(
  account: AccountId,
  other: AccountId,
  side: Partial<Tables["participation"]>,
) {
  await world.store.write(async ({ db }) => {
    await db
      .updateTable("participation")
      .set(side)
      .where("account_id", "=", account)
      .where("other_account_id", "=", other)
      .execute();
  });
}

describe("the facts of a pair", () => {
  test("are as they were written down", async () => {
    expect(await factsNow()).toEqual(friends);
  });

  const [a, b, c] = [alice.account, bob.account, carol.account];
  const block = (blocker_id: AccountId, blocked_id: AccountId) =>
    insert("block", { blocker_id, blocked_id, created_at: now });
  const suspend = (id: AccountId) =>
    world.store.write(({ db }) =>
      db.updateTable("account").set({ suspended_at: now }).where("id", "=", id).execute(),
    );
  const grant = {
    kind: "until",
    until_at: 7,
    may_break_through: 1,
    paused_until: 5,
    unanswered_count: 0,
  } as const;

  const changes: readonly (readonly [string, () => Promise<unknown>, Partial<Facts>])[] = [
    ["the caller blocked", () => block(a, b), { callerBlocked: true }],
    ["the callee blocked", () => block(b, a), { calleeBlocked: true }],
    ["the caller is suspended", () => suspend(a), { eitherSuspended: true }],
    ["the callee is suspended", () => suspend(b), { eitherSuspended: true }],
    ["the callee said never", () => insert("never", pairRow(b, a)), { calleeSetNever: true }],
    ["the caller said never", () => insert("never", pairRow(a, b)), {}],
    [
      "the caller did not enter",
      () => setSide(a, b, { entered_at: null }),
      { callerEntered: false },
    ],
    [
      "the callee did not enter",
      () => setSide(b, a, { entered_at: null }),
      { calleeEntered: false },
    ],
    ["the callee acted", () => setSide(b, a, { acted_at: 7 }), { calleeActedAt: 7 }],
    ["the caller acted", () => setSide(a, b, { acted_at: 7 }), {}],
    ["the callee rang", () => ring(b, a, minuteMs), { calleeRangAt: now - minuteMs }],
    [
      "the callee rang and was answered",
      () => ring(b, a, minuteMs, { answered_at: now - 9, unanswered_at: null }),
      { calleeRangAt: now - minuteMs, answeredAt: now - 9 },
    ],
    [
      "the callee asked",
      () => ask(b, a, minuteMs),
      { calleeAskedAt: now - minuteMs, calleeAsksSince: now - minuteMs },
    ],
    [
      "the callee asked and was answered without a right",
      () => ask(b, a, minuteMs, { answered_at: now }),
      { calleeAskedAt: now - minuteMs, calleeAsksSince: now - minuteMs },
    ],
    ["the callee asked and withdrew", () => ask(b, a, minuteMs, { withdrawn_at: now }), {}],
    [
      "the callee asked and was granted",
      () => ask(b, a, minuteMs, { granted_at: now }),
      { calleeAskedAt: now - minuteMs },
    ],
    [
      "the callee revoked",
      () => setSide(b, a, { call_back_revoked_at: 7 }),
      { callBackRevokedAt: 7 },
    ],
    ["the caller revoked", () => setSide(a, b, { call_back_revoked_at: 7 }), {}],
    [
      "a grant of the callee",
      () => insert("call_grant", { ...pairRow(b, a), ...grant }),
      {
        grant: {
          kind: "until",
          givenAt: startedAt,
          until: 7,
          mayBreakThrough: true,
          pausedUntil: 5,
        },
      },
    ],
    ["a grant of the caller", () => insert("call_grant", { ...pairRow(a, b), ...grant }), {}],
    [
      "the callee's book",
      () => insert("address_book_entry", pairRow(b, a)),
      { isInAddressBook: true },
    ],
    ["the caller's book", () => insert("address_book_entry", pairRow(a, b)), {}],
    [
      "a caller who is vouched for",
      () =>
        world.store.write(({ db }) =>
          db.updateTable("account").set({ vouched_at: 1 }).where("id", "=", a).execute(),
        ),
      { isCallerVouched: true },
    ],
    [
      "a ring that nobody took",
      () => ring(a, b, minuteMs),
      { unansweredRingsAt: [now - minuteMs] },
    ],
    ["a ring that goes on", () => ring(a, b, 1, { unanswered_at: null }), {}],
    ["a ring of a stranger", () => ring(c, b, minuteMs), {}],
    ["a ring of the caller to a stranger", () => ring(a, c, minuteMs), { othersRungCount: 1 }],
    ["one of over an hour ago", () => ring(a, c, hourMs), {}],
    [
      "a ring of a stranger without a grant",
      () => ring(c, b, minuteMs, { counts_for_callee: 1 }),
      { ringsWithoutGrantCount: 1 },
    ],
    ["one of an hour ago", () => ring(c, b, hourMs, { counts_for_callee: 1 }), {}],
    ["the caller asked", () => ask(a, b, minuteMs), { askedAt: [now - minuteMs] }],
    [
      "the caller asked and withdrew: it counts",
      () => ask(a, b, minuteMs, { withdrawn_at: now }),
      { askedAt: [now - minuteMs] },
    ],
    ["the caller asked and was granted", () => ask(a, b, minuteMs, { granted_at: now }), {}],
    [
      "the preset Like X",
      () => changeSettings(b, presets["like-x"]),
      { letsCallBack: false, limitsUnanswered: false, fadingDays: null, letsAsk: false },
    ],
    [
      "every audience",
      () =>
        changeSettings(b, { audiences: ["everyone", "vouched", "address-book"], calling: "off" }),
      { audiences: ["address-book", "vouched", "everyone"], calling: "off" },
    ],
    ["the caller's own settings", () => changeSettings(a, presets["like-x"]), {}],
  ];

  test.each(changes)("%s", async (_what, change, changed) => {
    await change();
    expect(await factsNow()).toEqual({ ...friends, ...changed });
  });

  test("have the unanswered rings since one was answered, the latest first", async () => {
    for (const minutes of [5, 4, 3, 2]) await ring(a, b, minutes * minuteMs);
    const ago = (...minutes: number[]) => minutes.map((each) => now - each * minuteMs);
    expect(await factsNow()).toMatchObject({ unansweredRingsAt: ago(2, 3, 4) });
    await ring(a, b, minuteMs, { answered_at: now, unanswered_at: null });
    expect(await factsNow()).toMatchObject({ unansweredRingsAt: [] });
    await ring(a, b, 0);
    expect(await factsNow()).toMatchObject({ unansweredRingsAt: ago(0) });
  });

  test("have the two latest asks", async () => {
    for (const days of [5, 3, 1]) await ask(a, b, days * dayMs);
    expect(await factsNow()).toMatchObject({ askedAt: [now - dayMs, now - 3 * dayMs] });
  });

  test("count different people, and each once", async () => {
    for (const minutes of [1, 2, 3]) await ring(a, c, minutes * minuteMs);
    await ring(a, b, 0);
    expect(await factsNow()).toMatchObject({ othersRungCount: 1 });
  });

  test("of somebody who is not there are that somebody is not there", async () => {
    const nobody = newId() as AccountId;
    for (const pair of [
      { caller: a, callee: nobody },
      { caller: nobody, callee: b },
    ]) {
      expect(await factsNow(pair)).toMatchObject({ eitherSuspended: true, callerEntered: false });
    }
  });

  test("of many callers are those of each, and nobody's of somebody who is not there", async () => {
    await insert("address_book_entry", pairRow(b, c));
    const nobody = newId() as AccountId;
    const facts = await readCallers(world.store.db, b, [c, nobody, a], now);
    expect([...facts.keys()].toSorted()).toEqual([a, c].toSorted());
    expect(facts.get(a)?.facts).toEqual(await factsNow());
    expect(facts.get(c)?.facts).toEqual(await factsNow({ caller: c, callee: b }));
    expect(await readCallers(world.store.db, b, [], now)).toEqual(new Map());
  });
});

describe("what stands at the top right", () => {
  const [a, b] = [alice.account, bob.account];

  test("is the decision, with the sheet before a first ring", async () => {
    expect(await standing()).toEqual({
      callButton: "call",
      asked: null,
      granted: null,
      isFirstRing: true,
      route: "relayed",
    });
    await setSide(a, b, { rang_at: now - limits.firstRingAfterMs + 1 });
    expect(await standing()).toMatchObject({ isFirstRing: false });
    await setSide(a, b, { rang_at: now - limits.firstRingAfterMs });
    expect(await standing()).toMatchObject({ isFirstRing: true });
  });

  test("is an ask that was sent, for a week, whatever the other does", async () => {
    await changeSettings(b, { audiences: [] });
    expect(await standing()).toMatchObject({ callButton: "ask", asked: null });
    await ask(a, b, 0);
    const asked = await standing();
    expect(asked).toMatchObject({ callButton: "none", asked: { until: now + 7 * dayMs } });
    now += 2 * dayMs;
    expect(await standing()).toEqual(asked);
    await insert("block", { blocker_id: b, blocked_id: a, created_at: now });
    expect(await standing()).toEqual(asked);
    now += 5 * dayMs;
    expect(await standing()).toMatchObject({ callButton: "none", asked: null });
  });

  test.each<[string, Ask]>([
    ["withdrawn", { withdrawn_at: 1 }],
    ["answered by a right to ring", { answered_at: 1, granted_at: 1 }],
  ])("is no ask that was %s", async (_what, change) => {
    await ask(a, b, 0, change);
    expect(await standing()).toMatchObject({ asked: null });
  });
});
