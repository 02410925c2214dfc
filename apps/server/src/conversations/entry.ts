import { type AccountId, type CallEntry, type MessageEntry, timeOfId } from "@ringfence/protocol";
import type { CallRecordTable, MessageTable } from "../store/tables.ts";

type MessageColumns = Pick<MessageTable, "id" | "sender_id" | "client_message_id" | "text">;
type CallColumns = Omit<CallRecordTable, "account_id" | "other_account_id">;

/** A message as one of the two sees it. */
export function messageEntry(row: MessageColumns, viewer: AccountId): MessageEntry {
  const fromMe = row.sender_id === viewer;
  return {
    type: "message",
    id: row.id,
    ...(fromMe && { clientMessageId: row.client_message_id }),
    fromMe,
    text: row.text,
    at: timeOfId(row.id),
  };
}

/** A call as the account that the record belongs to remembers it. */
export function callEntry(row: CallColumns): CallEntry {
  return {
    type: "call",
    id: row.call_id,
    fromMe: row.is_caller === 1,
    kind: row.kind,
    outcome: row.outcome,
    at: row.started_at,
    durationMs: row.duration_ms,
    route: row.route,
  };
}

/** The later of two entries' ids; either may be missing. */
export function laterOf(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
