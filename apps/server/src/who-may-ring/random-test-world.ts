import { randomBytes } from "node:crypto";
import {
  AccountId,
  Audience,
  type AskId,
  type CallId,
  type CallSettingsChange,
  ConversationId,
  Handle,
  idRandomBytes,
  limits,
  makeId,
} from "@ringfence/protocol";
import * as fc from "fast-check";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { initialSettingsColumns, settingsColumnsOf } from "../settings/settings-columns.ts";
import type { Store, Write } from "../store/store.ts";
import { openPassingStore } from "../store/test-store.ts";

/** Worlds of a few people with everything between them that the rules of ringing ask about. */

export const now = 1_800_000_000_000;
const dayMs = 86_400_000;

/** How long ago something was: around the bounds of the rules, and some between. */
const ago = fc.oneof(
  fc.constantFrom(0, 1, dayMs - 1, dayMs, 7 * dayMs, 30 * dayMs - 1, 30 * dayMs),
  fc.integer({ min: 0, max: 40 * dayMs }),
);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
/** True once in so many. */
const onceIn = (count: number) => fc.nat(count - 1).map((number) => number === 0);

export const someSettings: fc.Arbitrary<CallSettingsChange> = fc.record({
  calling: fc.constantFrom("on", "on", "on", "off"),
  audiences: fc.subarray(Audience.options),
  asking: fc.constantFrom("anyone-in-conversation", "nobody"),
  fading: fc.boolean(),
  fadingDays: fc.constantFrom(1, 30, 180),
  callBack: fc.boolean(),
  unansweredLimit: fc.boolean(),
});

const somebody = fc.record({
  settings: orNull(someSettings),
  isVouched: fc.boolean(),
  isSuspended: onceIn(12),
});

/** What one did towards the other. */
const side = fc.record({
  hasEntered: onceIn(8).map((isSo) => !isSo),
  actedAgo: orNull(ago),
  revokedAgo: orNull(ago),
  follow: fc.constantFrom("none", "follows", "follows", "severed"),
  hasBlocked: onceIn(10),
  saidNever: onceIn(10),
  keeps: onceIn(3),
  grant: orNull(
    fc.record({
      kind: fc.constantFrom("always", "until", "once"),
      endsIn: orNull(fc.integer({ min: -dayMs, max: dayMs })),
      mayBreakThrough: fc.boolean(),
      pausedFor: orNull(fc.integer({ min: -dayMs, max: dayMs })),
    }),
  ).chain((grant) => onceIn(3).map((isGiven) => (isGiven ? grant : null))),
  rings: fc.array(fc.record({ ago, end: fc.constantFrom("answered", "unanswered", "none") }), {
    maxLength: 4,
  }),
  asks: fc.array(fc.record({ ago, end: fc.constantFrom("withdrawn", "granted", "none") }), {
    maxLength: 2,
  }),
});
type Side = typeof side extends fc.Arbitrary<infer Value> ? Value : never;

const peopleCount = 5;
export const someWorld = fc.record({
  people: fc.array(somebody, { minLength: peopleCount, maxLength: peopleCount }),
  /** What each did towards each of the others, by both their numbers. */
  sides: fc.array(fc.array(side, { minLength: peopleCount, maxLength: peopleCount }), {
    minLength: peopleCount,
    maxLength: peopleCount,
  }),
});
export type SomeWorld = typeof someWorld extends fc.Arbitrary<infer Value> ? Value : never;

/** The world as a database of its own, and its people in the order of their handles. */
export async function openSomeWorld({ people, sides }: SomeWorld) {
  const bus = createInProcessBus();
  const store = await openPassingStore({ bus, now: () => now, logError: console.error });
  const accounts = people.map(() => AccountId.parse(newId()));
  await store.write(async ({ db }) => {
    for (const [number, { settings, isVouched, isSuspended }] of people.entries()) {
      await db
        .insertInto("account")
        .values({
          id: accountAt(accounts, number),
          handle: Handle.parse(`p${number}`),
          display_name: `P ${number}`,
          password_hash: "",
          created_at: 0,
          suspended_at: isSuspended ? 1 : null,
          sequence: 0,
          ...initialSettingsColumns,
          vouched_at: isVouched ? 1 : null,
        })
        .execute();
      if (settings === null) continue;
      await db
        .updateTable("account")
        .set(settingsColumnsOf(settings))
        .where("id", "=", accountAt(accounts, number))
        .execute();
    }
  });
  for (const [one, towards] of sides.entries()) {
    for (const [other, done] of towards.entries()) {
      if (one === other) continue;
      await insertSide(store, accountAt(accounts, one), accountAt(accounts, other), done);
    }
  }
  return { store, accounts };
}

async function insertSide(store: Store, one: AccountId, other: AccountId, done: Side) {
  await store.write(async ({ db }) => {
    await insertParticipation(db, one, other, done);
    await insertDecisions(db, one, other, done);
    await insertRingsAndAsks(db, one, other, done);
  });
}

type Db = Write["db"];

async function insertParticipation(db: Db, one: AccountId, other: AccountId, done: Side) {
  const [low, high] = [one, other].toSorted() as [AccountId, AccountId];
  const { id: conversation_id } = await db
    .insertInto("conversation")
    .values({
      id: ConversationId.parse(newId()),
      low_account_id: low,
      high_account_id: high,
      created_at: 0,
    })
    .onConflict((conflict) =>
      conflict.columns(["low_account_id", "high_account_id"]).doUpdateSet({ created_at: 0 }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  await db
    .insertInto("participation")
    .values({
      account_id: one,
      other_account_id: other,
      conversation_id,
      entered_at: done.hasEntered ? 1 : null,
      declined_at: null,
      latest_entry_id: null,
      latest_received_id: null,
      read_up_to_id: null,
      acted_at: timeOf(done.actedAgo),
      rang_at: null,
      call_back_revoked_at: timeOf(done.revokedAgo),
    })
    .execute();
}

async function insertDecisions(db: Db, one: AccountId, other: AccountId, done: Side) {
  const pair = { owner_id: one, other_id: other, created_at: 0 };
  if (done.follow !== "none") {
    const severed_at = done.follow === "severed" ? 1 : null;
    const follow = { follower_id: one, followed_id: other, created_at: 0, severed_at };
    await db.insertInto("follow").values(follow).execute();
  }
  if (done.hasBlocked) {
    const block = { blocker_id: one, blocked_id: other, created_at: 0 };
    await db.insertInto("block").values(block).execute();
  }
  if (done.saidNever) await db.insertInto("never").values(pair).execute();
  if (done.keeps) await db.insertInto("address_book_entry").values(pair).execute();
  if (done.grant === null) return;
  const { kind, endsIn, mayBreakThrough, pausedFor } = done.grant;
  await db
    .insertInto("call_grant")
    .values({
      ...pair,
      kind,
      until_at: endsIn === null ? null : now + endsIn,
      may_break_through: mayBreakThrough ? 1 : 0,
      paused_until: pausedFor === null ? null : now + pausedFor,
      unanswered_count: 0,
    })
    .execute();
}

async function insertRingsAndAsks(db: Db, one: AccountId, other: AccountId, done: Side) {
  for (const { ago: before, end } of done.rings) {
    const endedAt = now - before + 1;
    await db
      .insertInto("recent_ring")
      .values({
        call_id: newId() as CallId,
        caller_id: one,
        callee_id: other,
        rang_at: now - before,
        answered_at: end === "answered" ? endedAt : null,
        unanswered_at: end === "unanswered" ? endedAt : null,
        counts_for_callee: 1,
      })
      .execute();
  }
  for (const { ago: before, end } of done.asks) {
    await db
      .insertInto("ask")
      .values({
        id: newId() as AskId,
        asker_id: one,
        asked_id: other,
        reason: "",
        asked_at: now - before,
        withdrawn_at: end === "withdrawn" ? now : null,
        answered_at: null,
        granted_at: end === "granted" ? now : null,
      })
      .execute();
  }
}

function timeOf(before: number | null): number | null {
  return before === null ? null : now - before;
}

export function accountAt(accounts: readonly AccountId[], number: number): AccountId {
  const account = accounts[number];
  if (account === undefined) throw new Error(`there are ${accounts.length} people`);
  return account;
}

function newId(): string {
  return makeId(now - limits.ringLimitsMs, randomBytes(idRandomBytes));
}
