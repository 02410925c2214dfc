import type { AccountId, DownMessage, Entry } from "@ringfence/protocol";
import { prepared } from "../store/prepared-query.ts";
import type { Reader, Write } from "../store/store.ts";
import { conversationView } from "./conversation-view.ts";

/**
 * Whether the account hears of what was written: not where it blocked the writer or declined the
 * request. Telling it nothing takes the same queries and a delivery of nothing, so that the writer's
 * answer takes as long as any other.
 */
export type Hearing = "hears" | "hears-nothing";

/** Tells an account's devices that its thread with a person has one entry more. */
export async function tellEntry(
  write: Write,
  account: AccountId,
  other: AccountId,
  entry: Entry,
  hearing: Hearing = "hears",
): Promise<void> {
  const [person] = await selectHandle(write.db, { account: other });
  if (person === undefined) throw new Error("an entry is of two accounts that are there");
  const { handle } = person;
  const message: DownMessage = { type: "entry-added", with: handle, entry };
  write.deliver({ account, message: hearing === "hears" ? message : null });
}

const selectHandle = prepared((db: Reader, { account }: { account: AccountId }) =>
  db.selectFrom("account").select("handle").where("id", "=", account),
);

/** Tells an account's devices how its conversation with a person stands in the list now. */
export async function tellConversation(
  write: Write,
  account: AccountId,
  other: AccountId,
  hearing: Hearing = "hears",
): Promise<void> {
  const conversation = await conversationView(write.db, account, other, write.now);
  if (conversation === undefined) return;
  const message: DownMessage = { type: "conversation-changed", conversation };
  write.deliver({ account, message: hearing === "hears" ? message : null });
}
