import { randomBytes } from "node:crypto";
import { mayAsk, decide, refusedReasonOf } from "@ringfence/policy";
import { type AccountId, AskId, idRandomBytes, limits, makeId } from "@ringfence/protocol";
import { pairFacts } from "../calls/pair-facts.ts";
import { changePair } from "../people/pair-views.ts";
import { prepared } from "../store/prepared-query.ts";
import type { Write } from "../store/store.ts";
import { noteAttempt } from "./attempts.ts";
import { tellAskEnded, tellAskReceived } from "./tell-ask.ts";

/** What came of an ask. `ask-refused` is one answer, whatever the cause. */
export type Asked = "asked" | "ask-refused" | "already-asked";

/**
 * Asks a person to be allowed to call. Whether the ask arrives is decided by the same table as a
 * ring; a refusal takes as many statements whatever the cause, and the person who was asked for
 * reads of it among the attempts.
 *
 * @param reason may be empty
 */
export async function ask(
  write: Write,
  me: AccountId,
  other: AccountId,
  reason: string,
): Promise<Asked> {
  if ((await shownAsk(write, me, other)) !== undefined) return "already-asked";
  const invite = { caller: me, callee: other, kind: "audio" } as const;
  const facts = await pairFacts(write.db, invite, write.now);
  if (!mayAsk(invite, facts, write.now)) {
    const refused = refusedReasonOf(decide(invite, facts, write.now));
    await noteAttempt(write, { caller: me, callee: other, reason: refused });
    return "ask-refused";
  }
  const id = AskId.parse(makeId(write.now, randomBytes(idRandomBytes)));
  await changePair(write, me, other, async () => {
    await write.db
      .insertInto("ask")
      .values({
        id,
        asker_id: me,
        asked_id: other,
        reason,
        asked_at: write.now,
        withdrawn_at: null,
        answered_at: null,
        granted_at: null,
      })
      .execute();
  });
  await tellAskReceived(write, other, id);
  return "asked";
}

/** Withdraws what still shows as *Asked*, and its words. It counts for the limits all the same. */
export async function withdrawAsk(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await changePair(write, me, other, async () => {
    const withdrawn = await write.db
      .updateTable("ask")
      .set({ withdrawn_at: write.now, reason: "" })
      .where("asker_id", "=", me)
      .where("asked_id", "=", other)
      .where("withdrawn_at", "is", null)
      .where("granted_at", "is", null)
      .returning(["id", "answered_at"])
      .execute();
    for (const { id, answered_at: answeredAt } of withdrawn) {
      if (answeredAt === null) tellAskEnded(write, other, id);
    }
    if (withdrawn.length > 0) write.leaveNoTrace();
  });
}

/**
 * The card of another's ask goes from the account's devices, and its words from the database.
 *
 * @returns whether there was one
 */
export async function endReceivedAsks(
  write: Write,
  me: AccountId,
  asker: AccountId,
): Promise<boolean> {
  const ended = await write.db
    .updateTable("ask")
    .set({ answered_at: write.now, reason: "" })
    .where("asker_id", "=", asker)
    .where("asked_id", "=", me)
    .where("withdrawn_at", "is", null)
    .where("answered_at", "is", null)
    .where("asked_at", ">", write.now - limits.askShownMs)
    .returning("id")
    .execute();
  for (const { id } of ended) tellAskEnded(write, me, id);
  if (ended.length > 0) write.leaveNoTrace();
  return ended.length > 0;
}

/**
 * Two have talked: what either asked is over for both, with its words, as if it had been withdrawn.
 * It counts for the limits all the same.
 */
export async function endAsksBetween(
  write: Write,
  one: AccountId,
  other: AccountId,
): Promise<void> {
  const ended = await withdrawBetween(write.db, { one, other, at: write.now });
  for (const { id, asked_id: asked, answered_at: answeredAt } of ended) {
    if (answeredAt === null) tellAskEnded(write, asked, id);
  }
  if (ended.length > 0) write.leaveNoTrace();
}

const withdrawBetween = prepared(
  (db: Write["db"], ended: { one: AccountId; other: AccountId; at: number }) =>
    db
      .updateTable("ask")
      .set({ withdrawn_at: ended.at, reason: "" })
      .where("asker_id", "in", [ended.one, ended.other])
      .where("asked_id", "in", [ended.one, ended.other])
      .where("withdrawn_at", "is", null)
      .returning(["id", "asked_id", "answered_at"]),
);

/** The account's own ask that still shows as *Asked*. */
function shownAsk(write: Write, me: AccountId, other: AccountId) {
  return write.db
    .selectFrom("ask")
    .select("id")
    .where("asker_id", "=", me)
    .where("asked_id", "=", other)
    .where("withdrawn_at", "is", null)
    .where("granted_at", "is", null)
    .where("asked_at", ">", write.now - limits.askShownMs)
    .executeTakeFirst();
}
