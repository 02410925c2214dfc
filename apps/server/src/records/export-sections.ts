import { type AccountId, timeOfId } from "@ringfence/protocol";
import { settingsColumns, settingsOf } from "../settings/settings-columns.ts";
import type { Reader } from "../store/store.ts";
import { exportOfDevices } from "./export-devices.ts";
import { exportOfPairs } from "./export-pairs.ts";

/** Rows of one section, each under the key by which the next page goes on. */
export type ExportedRow = readonly [key: string, row: Record<string, unknown>];

/**
 * Reads the rows of an account behind a key, in the keys' order, at most so many.
 *
 * @param after "" for the first
 */
export type ReadSection = (
  db: Reader,
  account: AccountId,
  after: string,
  count: number,
) => Promise<ExportedRow[]>;

/**
 * Everything that the server keeps of an account, by section. What another person did stands here only
 * where this account is told of it anyway: who blocked or silenced it is theirs to know.
 * `docs/records.md` describes every field; a test holds sections, document and tables together.
 */
export const exportSections: Readonly<Record<string, ReadSection>> = {
  account: readAccount,
  ...exportOfDevices,
  ...exportOfPairs,
  messages: readMessages,
  calls: readCalls,
  reports: readReports,
  invitations: readInvitations,
};

async function readAccount(db: Reader, account: AccountId, after: string): Promise<ExportedRow[]> {
  if (after !== "") return [];
  const row = await db
    .selectFrom("account")
    .select(["id", "handle", "display_name", "created_at", "vouched_at", "call_record_days"])
    .select(settingsColumns)
    .where("id", "=", account)
    .executeTakeFirstOrThrow();
  const exported = {
    id: row.id,
    handle: row.handle,
    displayName: row.display_name,
    createdAt: row.created_at,
    vouchedAt: row.vouched_at,
    callRecordDays: row.call_record_days,
    callSettings: settingsOf(row),
  };
  return [[row.id, exported]];
}

/** Of what others wrote, all that was delivered. */
async function readMessages(
  db: Reader,
  account: AccountId,
  after: string,
  count: number,
): Promise<ExportedRow[]> {
  const rows = await db
    .selectFrom("message")
    .innerJoin("participation", "participation.conversation_id", "message.conversation_id")
    .innerJoin("account as other", "other.id", "participation.other_account_id")
    .select(["message.id", "message.sender_id", "message.client_message_id", "message.text"])
    .select("other.handle")
    .where("participation.account_id", "=", account)
    .where((where) =>
      where.or([where("message.is_withheld", "=", 0), where("message.sender_id", "=", account)]),
    )
    .where("message.id", ">", after as never)
    .orderBy("message.id")
    .limit(count)
    .execute();
  return rows.map((row) => {
    const fromMe = row.sender_id === account;
    const { id, handle, text } = row;
    const own = fromMe && { clientMessageId: row.client_message_id };
    return [id, { id, with: handle, fromMe, ...own, text, at: timeOfId(id) }];
  });
}

async function readCalls(
  db: Reader,
  account: AccountId,
  after: string,
  count: number,
): Promise<ExportedRow[]> {
  const rows = await db
    .selectFrom("call_record")
    .innerJoin("account as other", "other.id", "call_record.other_account_id")
    .selectAll("call_record")
    .select("other.handle")
    .where("call_record.account_id", "=", account)
    .where("call_record.call_id", ">", after as never)
    .orderBy("call_record.call_id")
    .limit(count)
    .execute();
  return rows.map((row) => [
    row.call_id,
    {
      id: row.call_id,
      with: row.handle,
      fromMe: row.is_caller === 1,
      kind: row.kind,
      outcome: row.outcome,
      startedAt: row.started_at,
      durationMs: row.duration_ms,
      route: row.route,
    },
  ]);
}

async function readReports(
  db: Reader,
  account: AccountId,
  after: string,
  count: number,
): Promise<ExportedRow[]> {
  const rows = await db
    .selectFrom("report")
    .selectAll()
    .where("reporter_id", "=", account)
    .where("id", ">", after as never)
    .orderBy("id")
    .limit(count)
    .execute();
  return rows.map(
    ({ id, reported_handle: of, about, text, created_at: at, closed_at: closedAt }) => [
      id,
      { id, of, about, text, at, closedAt },
    ],
  );
}

async function readInvitations(
  db: Reader,
  account: AccountId,
  after: string,
  count: number,
): Promise<ExportedRow[]> {
  const rows = await db
    .selectFrom("invitation")
    .leftJoin("account as taker", "taker.id", "invitation.taken_by_id")
    .select(["invitation.id", "invitation.created_at", "invitation.expires_at", "taker.handle"])
    .where("inviter_id", "=", account)
    .where("invitation.id", ">", after as never)
    .orderBy("invitation.id")
    .limit(count)
    .execute();
  return rows.map((row) => [
    row.id,
    { id: row.id, madeAt: row.created_at, endsAt: row.expires_at, takenBy: row.handle },
  ]);
}
