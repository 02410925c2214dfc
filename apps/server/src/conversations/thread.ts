import {
  type AccountId,
  type CallId,
  type Entry,
  type MessageId,
  limits,
} from "@ringfence/protocol";
import type { Reader } from "../store/store.ts";
import { callEntry, messageEntry } from "./entry.ts";

/** A piece of a thread, oldest first. */
export interface ThreadPage {
  entries: Entry[];
  hasEarlier: boolean;
}

/**
 * The latest messages and calls that the viewer has with a person.
 *
 * @param before only entries before this one; undefined for the end of the thread
 */
export async function readThread(
  db: Reader,
  viewer: AccountId,
  other: AccountId,
  before: string | undefined,
): Promise<ThreadPage> {
  const messages = await readMessages(db, viewer, other, before);
  const calls = await readCalls(db, viewer, other, before);
  const latestFirst = [...messages, ...calls].toSorted((one, next) => (one.id < next.id ? 1 : -1));
  return {
    entries: latestFirst.slice(0, limits.pageEntriesMax).toReversed(),
    hasEarlier: latestFirst.length > limits.pageEntriesMax,
  };
}

/** One more than a page has, to see whether there is an earlier one. */
async function readMessages(
  db: Reader,
  viewer: AccountId,
  other: AccountId,
  before: string | undefined,
): Promise<Entry[]> {
  let query = db
    .selectFrom("participation")
    .innerJoin("message", "message.conversation_id", "participation.conversation_id")
    .select(["message.id", "message.sender_id", "message.client_message_id", "message.text"])
    .where("participation.account_id", "=", viewer)
    .where("participation.other_account_id", "=", other)
    .where((where) =>
      where.or([where("message.is_withheld", "=", 0), where("message.sender_id", "=", viewer)]),
    )
    .orderBy("message.id", "desc")
    .limit(limits.pageEntriesMax + 1);
  if (before !== undefined) query = query.where("message.id", "<", before as MessageId);
  return (await query.execute()).map((row) => messageEntry(row, viewer));
}

async function readCalls(
  db: Reader,
  viewer: AccountId,
  other: AccountId,
  before: string | undefined,
): Promise<Entry[]> {
  let query = db
    .selectFrom("call_record")
    .selectAll()
    .where("account_id", "=", viewer)
    .where("other_account_id", "=", other)
    .orderBy("call_id", "desc")
    .limit(limits.pageEntriesMax + 1);
  if (before !== undefined) query = query.where("call_id", "<", before as CallId);
  return (await query.execute()).map(callEntry);
}
