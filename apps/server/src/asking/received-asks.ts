import { type AccountId, type AskId, type ReceivedAsk, limits } from "@ringfence/protocol";
import type { Reader } from "../store/store.ts";

/** One page; `next` is the id to ask for more before, null at the end. */
export interface AskPage {
  asks: ReceivedAsk[];
  next: AskId | null;
}

/** The asks that wait for the account's answer, the newest first. */
export async function listReceivedAsks(
  db: Reader,
  account: AccountId,
  before: AskId | undefined,
  now: number,
): Promise<AskPage> {
  let query = selectReceivedAsks(db, account, now)
    .orderBy("ask.id", "desc")
    .limit(limits.pageEntriesMax + 1);
  if (before !== undefined) query = query.where("ask.id", "<", before);
  const rows = await query.execute();
  const page = rows.slice(0, limits.pageEntriesMax);
  return {
    asks: page.map(receivedAskOf),
    next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  };
}

export function selectReceivedAsks(db: Reader, account: AccountId, now: number) {
  return db
    .selectFrom("ask")
    .innerJoin("account as asker", "asker.id", "ask.asker_id")
    .select(["ask.id", "ask.reason", "ask.asked_at", "asker.handle", "asker.display_name"])
    .where("ask.asked_id", "=", account)
    .where("ask.withdrawn_at", "is", null)
    .where("ask.answered_at", "is", null)
    .where("ask.asked_at", ">", now - limits.askShownMs);
}

type AskRow = Awaited<ReturnType<ReturnType<typeof selectReceivedAsks>["execute"]>>[number];

export function receivedAskOf(row: AskRow): ReceivedAsk {
  return {
    id: row.id,
    from: { handle: row.handle, displayName: row.display_name },
    reason: row.reason,
    at: row.asked_at,
  };
}
