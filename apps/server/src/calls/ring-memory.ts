import type { Call, RingingCall, Step } from "@ringfence/call";
import type { Permit } from "@ringfence/policy";
import { type AccountId, limits } from "@ringfence/protocol";
import { sql } from "kysely";
import { endAsksBetween } from "../asking/asks.ts";
import type { Write } from "../store/store.ts";

/**
 * What the rules of who may ring remember of calls: that somebody rang, and whether it was
 * answered. It stands beside the records of calls, which may be kept for no time at all.
 */

export async function rememberRing(
  write: Write,
  { row, caller, callee }: Permit,
  { callId, isQuiet }: RingingCall,
): Promise<void> {
  await write.db
    .insertInto("recent_ring")
    .values({
      call_id: callId,
      caller_id: caller,
      callee_id: callee,
      rang_at: write.now,
      answered_at: null,
      unanswered_at: null,
      counts_for_callee: row === 8 && !isQuiet ? 1 : 0,
    })
    .execute();
  await write.db
    .updateTable("participation")
    .set({ rang_at: write.now, acted_at: write.now })
    .where("account_id", "=", caller)
    .where("other_account_id", "=", callee)
    .execute();
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
  await write.db
    .updateTable("recent_ring")
    .set({ answered_at: write.now })
    .where("call_id", "=", call.callId)
    .execute();
  await write.db
    .updateTable("participation")
    .set({ acted_at: write.now })
    .where("account_id", "=", callee)
    .where("other_account_id", "=", caller)
    .execute();
  await write.db
    .updateTable("call_grant")
    .set({ unanswered_count: 0 })
    .where("owner_id", "=", callee)
    .where("other_id", "=", caller)
    .execute();
  await spendOnce(write, caller, callee);
  await endAsksBetween(write, caller, callee);
}

/** A right for once is over with the call that was answered, whichever row let it ring. */
async function spendOnce({ db }: Write, caller: AccountId, callee: AccountId): Promise<void> {
  await db
    .deleteFrom("call_grant")
    .where("owner_id", "=", callee)
    .where("other_id", "=", caller)
    .where("kind", "=", "once")
    .execute();
}

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
