import {
  type AccountId,
  type ConversationView,
  type Entry,
  type Person,
  type ReceivedAsk,
  limits,
} from "@ringfence/protocol";
import { sql } from "kysely";
import { callStandingOf } from "../calls/pair-facts.ts";
import { serverLimits } from "../limits.ts";
import { prepared } from "../store/prepared-query.ts";
import type { Reader } from "../store/store.ts";
import { callEntry, messageEntry } from "./entry.ts";

/**
 * The conversation with a person as the viewer sees it; an empty one where nobody began it yet.
 * Undefined when there is no such account.
 */
export async function conversationView(
  db: Reader,
  viewer: AccountId,
  other: AccountId,
  now: number,
): Promise<ConversationView | undefined> {
  const [row] = await selectConversation(db, { viewer, other, asksSince: asksShownSince(now) });
  if (row !== undefined) return viewOf(db, viewer, row, now);
  const person = await readPerson(db, other);
  return person && emptyConversation(db, viewer, other, person);
}

const selectConversation = prepared(
  (db: Reader, to: { viewer: AccountId; other: AccountId; asksSince: number }) =>
    selectConversations(db, to.viewer, to.asksSince).where(
      "participation.other_account_id",
      "=",
      to.other,
    ),
);

/** An ask from before shows no longer. Unix time in milliseconds. */
function asksShownSince(now: number): number {
  return now - limits.askShownMs;
}

/** One page of a list, newest first; `next` is the cursor to ask for more before, null at the end. */
export interface ConversationPage {
  conversations: ConversationView[];
  next: string | null;
}

/** @param before a page's `next`; undefined for the first page */
export async function listConversations(
  db: Reader,
  viewer: AccountId,
  place: "inbox" | "requests",
  before: string | undefined,
  now: number,
): Promise<ConversationPage> {
  let query = selectConversations(db, viewer, asksShownSince(now))
    .where("participation.latest_entry_id", "is not", null)
    .where(placeColumn(viewer), "=", place)
    .orderBy("participation.latest_entry_id", "desc")
    .limit(limits.pageEntriesMax + 1);
  if (before !== undefined) query = query.where("participation.latest_entry_id", "<", before);
  const rows = await query.execute();
  const page = rows.slice(0, limits.pageEntriesMax);
  const conversations = [];
  for (const row of page) conversations.push(await viewOf(db, viewer, row, now));
  return {
    conversations,
    next: rows.length > page.length ? (page.at(-1)?.latest_entry_id ?? null) : null,
  };
}

const callColumns = [
  "call_id",
  "is_caller",
  "kind",
  "outcome",
  "started_at",
  "duration_ms",
  "route",
] as const;

type ConversationRow = Awaited<
  ReturnType<ReturnType<typeof selectConversations>["execute"]>
>[number];

/** The viewer's side of conversations, with what stands in one line of a list. */
function selectConversations(db: Reader, viewer: AccountId, asksSince: number) {
  return db
    .selectFrom("participation")
    .innerJoin("account as other", "other.id", "participation.other_account_id")
    .leftJoin("message", "message.id", "participation.latest_entry_id")
    .leftJoin("call_record", (join) =>
      join
        .onRef("call_record.call_id", "=", "participation.latest_entry_id")
        .onRef("call_record.account_id", "=", "participation.account_id"),
    )
    .leftJoin("ask", (join) => join.on("ask.id", "=", openAskFromOther(db, viewer, asksSince)))
    .where("participation.account_id", "=", viewer)
    .select([
      "ask.id as ask_id",
      "ask.reason as ask_reason",
      "ask.asked_at",
      "other.id as other_id",
      "other.handle",
      "other.display_name",
      "participation.entered_at",
      "participation.latest_entry_id",
      "message.id",
      "message.sender_id",
      "message.client_message_id",
      "message.text",
      ...callColumns.map((column) => `call_record.${column}` as const),
      placeColumn(viewer).as("place"),
      unreadColumn.as("unread_count"),
    ])
    .select((select) =>
      select
        .selectFrom("block")
        .select("created_at")
        .where("blocker_id", "=", viewer)
        .whereRef("blocked_id", "=", "participation.other_account_id")
        .as("blocked_at"),
    );
}

/** The ask of the other that waits for the viewer's answer. */
function openAskFromOther(db: Reader, viewer: AccountId, asksSince: number) {
  return db
    .selectFrom("ask as open")
    .select((select) => select.fn.max("open.id").as("id"))
    .where("open.asker_id", "=", sql.ref<AccountId>("participation.other_account_id"))
    .where("open.asked_id", "=", viewer)
    .where("open.asked_at", ">", asksSince)
    .where("open.withdrawn_at", "is", null)
    .where("open.answered_at", "is", null);
}

/**
 * What a stranger wrote is a request until the receiver
 * enters, unless the receiver follows the sender.
 */
function placeColumn(viewer: AccountId) {
  return sql<ConversationView["place"]>`case
    when participation.entered_at is not null then 'inbox'
    when participation.declined_at is not null then 'hidden'
    when participation.latest_received_id is null then 'inbox'
    when exists (
      select 1 from follow
      where follower_id = ${viewer} and followed_id = participation.other_account_id
    ) then 'inbox'
    else 'requests' end`;
}

const unreadColumn = sql<number>`(select count(*) from (
  select 1 from message as received
  where received.conversation_id = participation.conversation_id
    and received.id > coalesce(participation.read_up_to_id, '')
    and received.sender_id = participation.other_account_id
    and received.is_withheld = 0
  limit ${sql.lit(serverLimits.unreadCountMax)}) as unread)`;

async function viewOf(
  db: Reader,
  viewer: AccountId,
  row: ConversationRow,
  now: number,
): Promise<ConversationView> {
  return {
    with: { handle: row.handle, displayName: row.display_name },
    place: row.place,
    entered: row.entered_at !== null,
    youBlocked: row.blocked_at !== null,
    ...(await callStandingOf(db, viewer, row.other_id, now)),
    receivedAsk: receivedAskOf(row),
    unreadCount: row.unread_count,
    latest: latestOf(row, viewer),
    listedAt: row.latest_entry_id,
  };
}

function receivedAskOf(row: ConversationRow): ReceivedAsk | null {
  if (!isPresent(row, ["ask_id", "ask_reason", "asked_at"])) return null;
  const from = { handle: row.handle, displayName: row.display_name };
  return { id: row.ask_id, from, reason: row.ask_reason, at: row.asked_at };
}

/** Null also where the latest was a call whose record is no longer kept. */
function latestOf(row: ConversationRow, viewer: AccountId): Entry | null {
  if (isPresent(row, ["id", "sender_id", "client_message_id", "text"])) {
    return messageEntry(row, viewer);
  }
  return isPresent(row, callColumns) ? callEntry(row) : null;
}

/** Whether a left join found its row. */
function isPresent<Row extends object, Column extends keyof Row>(
  row: Row,
  columns: readonly Column[],
): row is Row & { [Name in Column]: NonNullable<Row[Name]> } {
  return columns.every((column) => row[column] !== null);
}

async function readPerson(db: Reader, account: AccountId): Promise<Person | undefined> {
  const row = await db
    .selectFrom("account")
    .select(["handle", "display_name"])
    .where("id", "=", account)
    .executeTakeFirst();
  return row && { handle: row.handle, displayName: row.display_name };
}

async function emptyConversation(
  db: Reader,
  viewer: AccountId,
  other: AccountId,
  person: Person,
): Promise<ConversationView> {
  const blocked = await db
    .selectFrom("block")
    .select("created_at")
    .where("blocker_id", "=", viewer)
    .where("blocked_id", "=", other)
    .executeTakeFirst();
  return {
    with: person,
    place: "inbox",
    entered: false,
    youBlocked: blocked !== undefined,
    // Nobody rings where not each of the two has entered: row 3 of the policy.
    callButton: "none",
    asked: null,
    granted: null,
    isFirstRing: true,
    route: "relayed",
    receivedAsk: null,
    unreadCount: 0,
    latest: null,
    listedAt: null,
  };
}
