import type { AccountId, CallId, CallKind, CallOutcome, CallRoute } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";
import { callEntry, laterOf } from "./entry.ts";
import { findParticipation } from "./participation.ts";
import { tellConversation, tellEntry } from "./tell-conversation.ts";

/** One participant's memory of a call that ended. */
export interface EndedCall {
  /** Whose memory it is. */
  accountId: AccountId;
  otherAccountId: AccountId;
  callId: CallId;
  isCaller: boolean;
  kind: CallKind;
  outcome: CallOutcome;
  /** When it rang: Unix time in milliseconds. */
  startedAt: number;
  /** Milliseconds of connected time; 0 unless answered. */
  durationMs: number;
  route: CallRoute;
}

/** Puts a call into one participant's thread, where it stands at the time it rang. */
export async function recordCall(write: Write, call: EndedCall): Promise<void> {
  const { accountId: account, otherAccountId: other } = call;
  const row = {
    call_id: call.callId,
    is_caller: call.isCaller ? 1 : 0,
    kind: call.kind,
    outcome: call.outcome,
    started_at: call.startedAt,
    duration_ms: call.durationMs,
    route: call.route,
  } as const;
  await write.db
    .insertInto("call_record")
    .values({ account_id: account, other_account_id: other, ...row })
    .execute();
  const side = await findParticipation(write.db, account, other);
  await write.db
    .updateTable("participation")
    .set({ latest_entry_id: laterOf(side?.latest_entry_id ?? null, call.callId) })
    .where("account_id", "=", account)
    .where("other_account_id", "=", other)
    .execute();
  await tellEntry(write, account, other, callEntry(row));
  await tellConversation(write, account, other);
}
