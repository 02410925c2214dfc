import { type Facts, type Invite, buttonFor, decide } from "@ringfence/policy";
import type { AccountId, Audience, CallButton } from "@ringfence/protocol";
import type { AccountTable } from "../store/tables.ts";
import type { Reader } from "../store/store.ts";

type Pair = Pick<Invite, "caller" | "callee">;

/**
 * What the policy must know of an invite, in one query. An account that is not there is a fact
 * like any other.
 */
export async function pairFacts(db: Reader, { caller, callee }: Pair): Promise<Facts> {
  const row = await db
    .selectFrom("account as callee")
    .where("callee.id", "=", callee)
    .innerJoin("account as caller", (join) => join.on("caller.id", "=", caller))
    .select([
      "callee.calling",
      "callee.audience_mutuals",
      "callee.audience_people_i_follow",
      "callee.audience_everyone",
      "callee.suspended_at as callee_suspended",
      "caller.suspended_at as caller_suspended",
      blockOf(db, caller, callee).as("caller_blocked"),
      blockOf(db, callee, caller).as("callee_blocked"),
      neverOf(db, callee, caller).as("callee_said_never"),
      entryOf(db, caller, callee).as("caller_entered"),
      entryOf(db, callee, caller).as("callee_entered"),
      followOf(db, caller, callee).as("caller_follows"),
      followOf(db, callee, caller).as("callee_follows"),
    ])
    .executeTakeFirst();
  if (row === undefined) return nobody;
  return {
    eitherBlocked: row.caller_blocked !== null || row.callee_blocked !== null,
    eitherSuspended: row.caller_suspended !== null || row.callee_suspended !== null,
    calleeSetNever: row.callee_said_never !== null,
    callerEntered: row.caller_entered !== null,
    calleeEntered: row.callee_entered !== null,
    calling: row.calling,
    audiences: audiencesOf(row),
    callerFollowsCallee: row.caller_follows !== null,
    calleeFollowsCaller: row.callee_follows !== null,
  };
}

function blockOf(db: Reader, blocker: AccountId, blocked: AccountId) {
  const rows = db.selectFrom("block").select("created_at");
  return rows.where("blocker_id", "=", blocker).where("blocked_id", "=", blocked);
}

function neverOf(db: Reader, owner: AccountId, other: AccountId) {
  const rows = db.selectFrom("never").select("created_at");
  return rows.where("owner_id", "=", owner).where("other_id", "=", other);
}

/** When an account entered its conversation with another. */
function entryOf(db: Reader, account: AccountId, other: AccountId) {
  const rows = db.selectFrom("participation").select("entered_at");
  return rows.where("account_id", "=", account).where("other_account_id", "=", other);
}

function followOf(db: Reader, follower: AccountId, followed: AccountId) {
  const rows = db.selectFrom("follow").select("created_at").where("severed_at", "is", null);
  return rows.where("follower_id", "=", follower).where("followed_id", "=", followed);
}

/** The facts of a pair of whom one does not exist. */
const nobody: Facts = {
  eitherBlocked: false,
  eitherSuspended: true,
  calleeSetNever: false,
  callerEntered: false,
  calleeEntered: false,
  calling: "unset",
  audiences: [],
  callerFollowsCallee: false,
  calleeFollowsCaller: false,
};

/** The audiences that an account's columns name. */
export function audiencesOf(
  account: Pick<
    AccountTable,
    "audience_mutuals" | "audience_people_i_follow" | "audience_everyone"
  >,
): Audience[] {
  const audiences: Audience[] = [];
  if (account.audience_mutuals === 1) audiences.push("mutuals");
  if (account.audience_people_i_follow === 1) audiences.push("people-i-follow");
  if (account.audience_everyone === 1) audiences.push("everyone");
  return audiences;
}

/** What stands at the top right of the caller's conversation with the callee. */
export async function callButtonFor(
  db: Reader,
  caller: AccountId,
  callee: AccountId,
  now: number,
): Promise<CallButton> {
  const facts = await pairFacts(db, { caller, callee });
  return buttonFor(decide({ caller, callee, kind: "audio" }, facts, now));
}
