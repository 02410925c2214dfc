import type { AccountId, CallId, CallKind, CallOutcome, CallRoute } from "@ringfence/protocol";
import { prepared } from "../store/prepared-query.ts";
import type { Write } from "../store/store.ts";
import type { CallRecordTable } from "../store/tables.ts";
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
  await insertRecord(write.db, { account_id: account, other_account_id: other, ...row });
  const side = await findParticipation(write.db, account, other);
  const latest = laterOf(side?.latest_entry_id ?? null, call.callId);
  await updateLatest(write.db, { account, other, latest });
  await tellEntry(write, account, other, callEntry(row));
  await tellConversation(write, account, other);
}

const insertRecord = prepared((db: Write["db"], record: CallRecordTable) =>
  db.insertInto("call_record").values({
    account_id: record.account_id,
    call_id: record.call_id,
    other_account_id: record.other_account_id,
    is_caller: record.is_caller,
    kind: record.kind,
    outcome: record.outcome,
    started_at: record.started_at,
    duration_ms: record.duration_ms,
    route: record.route,
  }),
);

const updateLatest = prepared(
  (db: Write["db"], to: { account: AccountId; other: AccountId; latest: string | null }) =>
    db
      .updateTable("participation")
      .set({ latest_entry_id: to.latest })
      .where("account_id", "=", to.account)
      .where("other_account_id", "=", to.other),
);
