import { randomBytes } from "node:crypto";
import { type AccountId, ConversationId, idRandomBytes, makeId } from "@ringfence/protocol";
import { prepared } from "../store/prepared-query.ts";
import type { Reader, Write } from "../store/store.ts";
import type { ParticipationTable } from "../store/tables.ts";

/** One side of the conversation of two; undefined where nobody began it yet. */
export async function findParticipation(
  db: Reader,
  account: AccountId,
  other: AccountId,
): Promise<ParticipationTable | undefined> {
  const [side] = await selectSide(db, { account, other });
  return side;
}

const selectSide = prepared((db: Reader, pair: { account: AccountId; other: AccountId }) =>
  db
    .selectFrom("participation")
    .selectAll()
    .where("account_id", "=", pair.account)
    .where("other_account_id", "=", pair.other),
);

/** Begins the conversation of two, unless it is begun: one row for the pair, one for each side. */
export async function beginConversation(
  write: Write,
  one: AccountId,
  other: AccountId,
): Promise<void> {
  const [low, high] = one < other ? [one, other] : [other, one];
  const id = ConversationId.parse(makeId(write.now, randomBytes(idRandomBytes)));
  const begun = await write.db
    .insertInto("conversation")
    .values({ id, low_account_id: low, high_account_id: high, created_at: write.now })
    .onConflict((conflict) => conflict.columns(["low_account_id", "high_account_id"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (begun === undefined) return;
  await write.db
    .insertInto("participation")
    .values([sideOf(id, one, other), sideOf(id, other, one)])
    .execute();
}

function sideOf(
  conversation_id: ConversationId,
  account_id: AccountId,
  other_account_id: AccountId,
): ParticipationTable {
  return {
    account_id,
    other_account_id,
    conversation_id,
    entered_at: null,
    declined_at: null,
    latest_entry_id: null,
    latest_received_id: null,
    read_up_to_id: null,
    acted_at: null,
    rang_at: null,
    call_back_revoked_at: null,
  };
}

/** Both enter the conversation of two at once, and find it in their lists though nobody wrote yet. */
export async function enterTogether(write: Write, one: AccountId, other: AccountId): Promise<void> {
  await beginConversation(write, one, other);
  await enter(write, one, other);
  await enter(write, other, one);
}

async function enter(write: Write, account: AccountId, other: AccountId): Promise<void> {
  const side = await findParticipation(write.db, account, other);
  if (side === undefined) throw new Error("a conversation that was begun has two sides");
  await write.db
    .updateTable("participation")
    .set({
      entered_at: side.entered_at ?? write.now,
      declined_at: null,
      acted_at: write.now,
      latest_entry_id: side.latest_entry_id ?? side.conversation_id,
    })
    .where("account_id", "=", account)
    .where("other_account_id", "=", other)
    .execute();
}
