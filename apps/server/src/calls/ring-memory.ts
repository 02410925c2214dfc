import type { Call, RingingCall, Step } from "@ringfence/call";
import type { Permit } from "@ringfence/policy";
import { type AccountId, type CallId, limits } from "@ringfence/protocol";
import { sql } from "kysely";
import { endAsksBetween } from "../asking/asks.ts";
import { prepared } from "../store/prepared-query.ts";
import type { Write } from "../store/store.ts";
import type { Flag } from "../store/tables.ts";

/**
 * What the rules of who may ring remember of calls: that somebody rang, and whether it was
 * answered. It stands beside the records of calls, which may be kept for no time at all.
 */

interface Pair {
  caller: AccountId;
  callee: AccountId;
}

export async function rememberRing(
  write: Write,
  { row, caller, callee }: Permit,
  { callId, isQuiet }: RingingCall,
): Promise<void> {
  const counts: Flag = row === 8 && !isQuiet ? 1 : 0;
  await insertRing(write.db, { callId, caller, callee, at: write.now, counts });
  await noteRing(write.db, { caller, callee, at: write.now });
}

/** Whether a transition is one of those after which others may ring than before. */
export function movesRights(before: Call, after: Call): boolean {
  if (before.state === after.state) return false;
  return before.state === "connecting" || (before.state === "ringing" && after.state === "ended");
}

/**
 * A call is answered once it leaves `connecting` and has not failed: whoever took a call that came
 * to nothing has neither used up a right nor spoken with anybody.
 */
export async function rememberTransition(write: Write, before: Call, step: Step): Promise<void> {
  const { call, effects } = step;
  if (!movesRights(before, call)) return;
  if (before.state === "ringing") {
    await rememberUnanswered(write, call);
    return;
  }
  const hasFailed = effects.some(
    (effect) => effect.type === "record" && effect.outcome === "failed",
  );
  if (!hasFailed) await rememberAnswered(write, call);
}

async function rememberAnswered(write: Write, call: Call): Promise<void> {
  const { accountId: caller } = call.caller;
  const callee = call.calleeAccountId;
  await markAnswered(write.db, { callId: call.callId, at: write.now });
  await noteActed(write.db, { account: callee, other: caller, at: write.now });
  await forgetUnanswered(write.db, { caller, callee });
  await spendOnce(write.db, { caller, callee });
  await endAsksBetween(write, caller, callee);
}

const insertRing = prepared(
  (db: Write["db"], ring: Pair & { callId: CallId; at: number; counts: Flag }) =>
    db.insertInto("recent_ring").values({
      call_id: ring.callId,
      caller_id: ring.caller,
      callee_id: ring.callee,
      rang_at: ring.at,
      answered_at: null,
      unanswered_at: null,
      counts_for_callee: ring.counts,
    }),
);

const noteRing = prepared((db: Write["db"], ring: Pair & { at: number }) =>
  db
    .updateTable("participation")
    .set({ rang_at: ring.at, acted_at: ring.at })
    .where("account_id", "=", ring.caller)
    .where("other_account_id", "=", ring.callee),
);

const markAnswered = prepared((db: Write["db"], call: { callId: CallId; at: number }) =>
  db.updateTable("recent_ring").set({ answered_at: call.at }).where("call_id", "=", call.callId),
);

const noteActed = prepared(
  (db: Write["db"], side: { account: AccountId; other: AccountId; at: number }) =>
    db
      .updateTable("participation")
      .set({ acted_at: side.at })
      .where("account_id", "=", side.account)
      .where("other_account_id", "=", side.other),
);

const forgetUnanswered = prepared((db: Write["db"], pair: Pair) =>
  db
    .updateTable("call_grant")
    .set({ unanswered_count: 0 })
    .where("owner_id", "=", pair.callee)
    .where("other_id", "=", pair.caller)
    .where("unanswered_count", ">", 0),
);

/** A right for once is over with the call that was answered, whichever row let it ring. */
const spendOnce = prepared((db: Write["db"], pair: Pair) =>
  db
    .deleteFrom("call_grant")
    .where("owner_id", "=", pair.callee)
    .where("other_id", "=", pair.caller)
    .where("kind", "=", "once"),
);

/** Declined, cancelled or left alone: to the rules it is all the same. */
async function rememberUnanswered(write: Write, call: Call): Promise<void> {
  await write.db
    .updateTable("recent_ring")
    .set({ unanswered_at: write.now })
    .where("call_id", "=", call.callId)
    .execute();
  const grant = () =>
    write.db
      .updateTable("call_grant")
      .where("owner_id", "=", call.calleeAccountId)
      .where("other_id", "=", call.caller.accountId)
      .where("may_break_through", "=", 0);
  await grant()
    .set({ unanswered_count: sql<number>`unanswered_count + 1` })
    .execute();
  await grant()
    .set({ unanswered_count: 0, paused_until: write.now + limits.grantPauseMs })
    .where("unanswered_count", ">=", limits.unansweredRingsToPause)
    .execute();
}
