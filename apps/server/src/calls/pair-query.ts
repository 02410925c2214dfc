import { type AccountId, limits } from "@ringfence/protocol";
import { sql } from "kysely";
import { rightsColumns } from "../settings/settings-columns.ts";
import { prepared } from "../store/prepared-query.ts";
import type { Reader } from "../store/store.ts";

type Side = "caller" | "callee";
export type PairRow = Awaited<ReturnType<ReturnType<typeof selectPairs>["execute"]>>[number];

/**
 * Everything that is known of a page of callers and one callee, a row a pair. Every part of it is
 * looked up by an index.
 *
 * @param now Unix time in milliseconds, from which the limits of an hour count back
 */
export function readPairs(
  db: Reader,
  callee: AccountId,
  callers: readonly AccountId[],
  now: number,
): Promise<PairRow[]> {
  const hourAgo = now - limits.ringLimitsMs;
  return selectPairs(db, hourAgo)
    .where("callee.id", "=", callee)
    .where("caller.id", "in", callers)
    .execute();
}

/** The same of two, each as the caller of the other; undefined where one of them is not there. */
export async function readBoth(
  db: Reader,
  { caller, callee }: { caller: AccountId; callee: AccountId },
  now: number,
): Promise<{ there: PairRow | undefined; back: PairRow | undefined }> {
  const rows = await selectBoth(db, { caller, callee, hourAgo: now - limits.ringLimitsMs });
  const of = (account: AccountId) => rows.find((row) => row.caller_id === account);
  return { there: of(caller), back: of(callee) };
}

/** The same of one caller; undefined where one of the two is not there. */
export async function readPair(
  db: Reader,
  { caller, callee }: { caller: AccountId; callee: AccountId },
  now: number,
): Promise<PairRow | undefined> {
  const [row] = await selectPair(db, { caller, callee, hourAgo: now - limits.ringLimitsMs });
  return row;
}

const selectPair = prepared(
  (db: Reader, pair: { caller: AccountId; callee: AccountId; hourAgo: number }) =>
    selectPairs(db, pair.hourAgo)
      .where("callee.id", "=", pair.callee)
      .where("caller.id", "=", pair.caller),
);

const selectBoth = prepared(
  (db: Reader, two: { caller: AccountId; callee: AccountId; hourAgo: number }) =>
    selectPairs(db, two.hourAgo)
      .where("callee.id", "in", [two.caller, two.callee])
      .where("caller.id", "in", [two.caller, two.callee])
      .whereRef("caller.id", "!=", "callee.id"),
);

function selectPairs(db: Reader, hourAgo: number) {
  return db
    .selectFrom("account as callee")
    .innerJoin("account as caller", (join) => join.onTrue())
    .leftJoin("participation as caller_side", (join) =>
      join
        .onRef("caller_side.account_id", "=", "caller.id")
        .onRef("caller_side.other_account_id", "=", "callee.id"),
    )
    .leftJoin("participation as callee_side", (join) =>
      join
        .onRef("callee_side.account_id", "=", "callee.id")
        .onRef("callee_side.other_account_id", "=", "caller.id"),
    )
    .leftJoin("call_grant as granted", (join) =>
      join.onRef("granted.owner_id", "=", "callee.id").onRef("granted.other_id", "=", "caller.id"),
    )
    .select(rightsColumns.map((column) => `callee.${column}` as const))
    .select([
      "caller.id as caller_id",
      "caller.vouched_at as caller_vouched",
      "callee.suspended_at as callee_suspended",
      "caller.suspended_at as caller_suspended",
      "caller.hide_address as caller_hides_address",
      "caller_side.entered_at as caller_entered",
      "caller_side.rang_at as caller_rang_at",
      "callee_side.entered_at as callee_entered",
      "callee_side.acted_at as callee_acted_at",
      "callee_side.call_back_revoked_at",
      "granted.kind as grant_kind",
      "granted.created_at as granted_at",
      "granted.until_at",
      "granted.may_break_through",
      "granted.paused_until",
      blockOf(db, "caller", "callee").as("caller_blocked"),
      blockOf(db, "callee", "caller").as("callee_blocked"),
      followOf(db, "caller", "callee").as("caller_follows"),
      followOf(db, "callee", "caller").as("callee_follows"),
      severedFollowOf(db, "callee", "caller").as("callee_follow_severed"),
      neverOf(db, "callee", "caller").as("callee_said_never"),
      entryOf(db, "callee", "caller").as("callee_keeps"),
      exceptionOf(db, "caller", "callee").as("caller_exception"),
      exceptionOf(db, "callee", "caller").as("callee_exception"),
      ringOf(db, "callee", "caller").as("callee_rang_at"),
      answerOf(db, "callee", "caller").as("caller_answered_at"),
      answerOf(db, "caller", "callee").as("callee_answered_at"),
      unansweredRing(db, 0).as("unanswered_1"),
      unansweredRing(db, 1).as("unanswered_2"),
      unansweredRing(db, 2).as("unanswered_3"),
      openAskOf(db, "callee", "caller").as("callee_asked_at"),
      shownAskOf(db, "callee", "caller").as("callee_asks_since"),
      shownAskOf(db, "caller", "callee").as("caller_asks_since"),
      countedAsk(db, 0).as("asked_1"),
      countedAsk(db, 1).as("asked_2"),
      othersRung(db, hourAgo).as("others_rung"),
      ringsWithoutGrant(db, hourAgo).as("rings_without_grant"),
    ]);
}

const idOf = (side: Side) => sql.ref<AccountId>(`${side}.id`);

function blockOf(db: Reader, blocker: Side, blocked: Side) {
  const rows = db.selectFrom("block").select("created_at");
  return rows.where("blocker_id", "=", idOf(blocker)).where("blocked_id", "=", idOf(blocked));
}

/** A follow that a block severed counts for nothing. */
function followOf(db: Reader, follower: Side, followed: Side) {
  const rows = db.selectFrom("follow").select("created_at").where("severed_at", "is", null);
  return rows.where("follower_id", "=", idOf(follower)).where("followed_id", "=", idOf(followed));
}

/** When a block severed a follow, which its owner goes on seeing. */
function severedFollowOf(db: Reader, follower: Side, followed: Side) {
  const rows = db.selectFrom("follow").select("severed_at");
  return rows.where("follower_id", "=", idOf(follower)).where("followed_id", "=", idOf(followed));
}

function neverOf(db: Reader, owner: Side, other: Side) {
  const rows = db.selectFrom("never").select("created_at");
  return rows.where("owner_id", "=", idOf(owner)).where("other_id", "=", idOf(other));
}

function entryOf(db: Reader, owner: Side, other: Side) {
  const rows = db.selectFrom("address_book_entry").select("created_at");
  return rows.where("owner_id", "=", idOf(owner)).where("other_id", "=", idOf(other));
}

function exceptionOf(db: Reader, owner: Side, other: Side) {
  const rows = db.selectFrom("address_exception").select("exception");
  return rows.where("owner_id", "=", idOf(owner)).where("other_id", "=", idOf(other));
}

function ringsOf(db: Reader, caller: Side, callee: Side) {
  const rows = db.selectFrom("recent_ring");
  return rows.where("caller_id", "=", idOf(caller)).where("callee_id", "=", idOf(callee));
}

function ringOf(db: Reader, caller: Side, callee: Side) {
  return ringsOf(db, caller, callee).select((select) => select.fn.max("rang_at").as("at"));
}

/** When a call that this side rang was answered last. */
function answerOf(db: Reader, caller: Side, callee: Side) {
  return ringsOf(db, caller, callee).select((select) => select.fn.max("answered_at").as("at"));
}

/**
 * The caller's latest ring of the callee that is decided, or one before: when it rang, or null
 * where it was answered.
 */
function unansweredRing(db: Reader, before: number) {
  return ringsOf(db, "caller", "callee")
    .select((select) =>
      select.case().when("answered_at", "is", null).then(select.ref("rang_at")).end().as("at"),
    )
    .where((where) =>
      where.or([where("answered_at", "is not", null), where("unanswered_at", "is not", null)]),
    )
    .orderBy("rang_at", "desc")
    .limit(1)
    .offset(before);
}

function asksOf(db: Reader, asker: Side, asked: Side) {
  const rows = db.selectFrom("ask");
  return rows.where("asker_id", "=", idOf(asker)).where("asked_id", "=", idOf(asked));
}

/** When this side asked last and did not withdraw. */
function openAskOf(db: Reader, asker: Side, asked: Side) {
  return asksOf(db, asker, asked)
    .select((select) => select.fn.max("asked_at").as("at"))
    .where("withdrawn_at", "is", null);
}

/** The same where no right was given for it: it shows as *Asked*. */
function shownAskOf(db: Reader, asker: Side, asked: Side) {
  return openAskOf(db, asker, asked).where("granted_at", "is", null);
}

/** The caller's latest ask of the callee since a right was given, or the one before. */
function countedAsk(db: Reader, before: number) {
  return asksOf(db, "caller", "callee")
    .select("asked_at")
    .where("granted_at", "is", null)
    .orderBy("asked_at", "desc")
    .limit(1)
    .offset(before);
}

function othersRung(db: Reader, since: number) {
  return db
    .selectFrom("recent_ring")
    .select((select) => select.fn.count<number>("callee_id").distinct().as("count"))
    .where("caller_id", "=", idOf("caller"))
    .where("rang_at", ">", since)
    .where("callee_id", "!=", idOf("callee"));
}

function ringsWithoutGrant(db: Reader, since: number) {
  return db
    .selectFrom("recent_ring")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("callee_id", "=", idOf("callee"))
    .where("counts_for_callee", "=", 1)
    .where("rang_at", ">", since);
}
