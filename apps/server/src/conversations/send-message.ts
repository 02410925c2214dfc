import { randomBytes } from "node:crypto";
import {
  type AccountId,
  type MessageEntry,
  MessageId,
  type NewMessage,
  idRandomBytes,
  limits,
  makeIdAfter,
} from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import { hasBlocked, refuseBlocked } from "../people/blocked.ts";
import { changePair } from "../people/pair-views.ts";
import { changeStandings } from "../people/standings.ts";
import type { Reader, Write } from "../store/store.ts";
import type { MessageTable, ParticipationTable } from "../store/tables.ts";
import { laterOf, messageEntry } from "./entry.ts";
import { beginConversation, findParticipation } from "./participation.ts";
import { type Hearing, tellConversation, tellEntry } from "./tell-conversation.ts";

const dayMs = 86_400_000;

/**
 * Writes a message: its sender has entered the conversation. It reaches the other person unless
 * they blocked the sender, who is told nothing of that. Sending the same message again adds nothing.
 *
 * @throws RefusedError `you-blocked`, and `malformed` for a clientMessageId of another message
 */
export async function sendMessage(
  write: Write,
  sender: AccountId,
  receiver: AccountId,
  message: NewMessage,
): Promise<MessageEntry> {
  const earlier = await findSent(write.db, sender, receiver, message);
  if (earlier !== undefined) return earlier;
  await refuseBlocked(write.db, sender, receiver);
  const isWithheld = await hasBlocked(write.db, receiver, sender);
  const mine = await findParticipation(write.db, sender, receiver);
  if (mine === undefined || mine.entered_at === null) {
    // Entering may open calls between the two: both see more change than a line in a list.
    return changePair(write, sender, receiver, async () => {
      await beginConversation(write, sender, receiver);
      const { entry } = await append(write, sender, receiver, message, isWithheld);
      return entry;
    });
  }
  const appending = () => append(write, sender, receiver, message, isWithheld);
  const { entry, hearing } = await (mayHaveFaded(mine, write.now)
    ? changeStandings(write, { caller: receiver, callee: sender }, appending)
    : appending());
  await tellConversation(write, sender, receiver);
  await tellConversation(write, receiver, sender, hearing);
  return entry;
}

/** Whether the other may have faded for this side under some setting: writing brings them back. */
function mayHaveFaded({ acted_at: actedAt }: ParticipationTable, now: number): boolean {
  return actedAt === null || now >= actedAt + limits.fadingDaysMin * dayMs;
}

/** Puts the message into the thread, and tells whom it reaches. */
async function append(
  write: Write,
  sender: AccountId,
  receiver: AccountId,
  message: NewMessage,
  isWithheld: boolean,
): Promise<{ entry: MessageEntry; hearing: Hearing }> {
  const mine = await requireSide(write.db, sender, receiver);
  const theirs = await requireSide(write.db, receiver, sender);
  const row = await insertMessage(write, mine, theirs, message, isWithheld);
  await moveSides(write, mine, theirs, row);
  const entry = messageEntry(row, sender);
  // All devices of the sender: the other tabs of the one that sent it are that device too.
  await tellEntry(write, sender, receiver, entry);
  const isHidden = theirs.declined_at !== null && theirs.entered_at === null;
  const hearing = isWithheld || isHidden ? "hears-nothing" : "hears";
  await tellEntry(write, receiver, sender, messageEntry(row, receiver), hearing);
  return { entry, hearing };
}

/** The message that this clientMessageId was used for already. */
async function findSent(
  db: Reader,
  sender: AccountId,
  receiver: AccountId,
  { clientMessageId, text }: NewMessage,
): Promise<MessageEntry | undefined> {
  const row = await db
    .selectFrom("message")
    .innerJoin("participation", "participation.conversation_id", "message.conversation_id")
    .selectAll("message")
    .select("participation.other_account_id")
    .where("message.sender_id", "=", sender)
    .where("message.client_message_id", "=", clientMessageId)
    .where("participation.account_id", "=", sender)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.text === text && row.other_account_id === receiver) return messageEntry(row, sender);
  throw new RefusedError("malformed", "This clientMessageId belongs to another message.", {
    field: "clientMessageId",
  });
}

async function requireSide(
  db: Reader,
  account: AccountId,
  other: AccountId,
): Promise<ParticipationTable> {
  const side = await findParticipation(db, account, other);
  if (side === undefined) throw new Error("a conversation has two sides from its beginning");
  return side;
}

async function insertMessage(
  { db, now }: Write,
  mine: ParticipationTable,
  theirs: ParticipationTable,
  { clientMessageId, text }: NewMessage,
  isWithheld: boolean,
): Promise<MessageTable> {
  const previous = laterOf(mine.latest_entry_id, theirs.latest_entry_id);
  const row: MessageTable = {
    id: MessageId.parse(makeIdAfter(previous, now, randomBytes(idRandomBytes))),
    conversation_id: mine.conversation_id,
    sender_id: mine.account_id,
    client_message_id: clientMessageId,
    text,
    is_withheld: isWithheld ? 1 : 0,
  };
  await db.insertInto("message").values(row).execute();
  return row;
}

async function moveSides(
  { db, now }: Write,
  mine: ParticipationTable,
  theirs: ParticipationTable,
  row: MessageTable,
): Promise<void> {
  await db
    .updateTable("participation")
    .set({ entered_at: mine.entered_at ?? now, latest_entry_id: row.id, acted_at: now })
    .where("account_id", "=", mine.account_id)
    .where("other_account_id", "=", mine.other_account_id)
    .execute();
  const latest = row.is_withheld === 1 ? theirs.latest_entry_id : row.id;
  const latestReceived = row.is_withheld === 1 ? theirs.latest_received_id : row.id;
  await db
    .updateTable("participation")
    .set({ latest_entry_id: latest, latest_received_id: latestReceived })
    .where("account_id", "=", theirs.account_id)
    .where("other_account_id", "=", theirs.other_account_id)
    .execute();
}
