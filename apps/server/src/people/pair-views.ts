import { isDeepStrictEqual } from "node:util";
import type { AccountId, ConversationView, PersonView } from "@ringfence/protocol";
import { callStandingOf } from "../calls/pair-facts.ts";
import { conversationView } from "../conversations/conversation-view.ts";
import { serverLimits } from "../limits.ts";
import type { Reader, Write } from "../store/store.ts";
import { personView } from "./person-view.ts";

/** What one account sees of another. */
interface Side {
  viewer: AccountId;
  person: PersonView | undefined;
  conversation: ConversationView | undefined;
}

/**
 * Changes something between two people, and tells the devices of each what is different in what
 * they see of the other. Whoever sees no difference is told nothing, not even that something
 * happened: a block must look like no block.
 */
export async function changePair<T>(
  write: Write,
  one: AccountId,
  other: AccountId,
  change: () => Promise<T>,
): Promise<T> {
  const before = await bothSides(write, one, other);
  const result = await change();
  const after = await bothSides(write, one, other);
  for (const [index, side] of after.entries()) tellDifference(write, before[index], side);
  return result;
}

/**
 * Changes an account's own rules, and moves the icons of the people in whose conversations that
 * makes a difference: of the latest ones, as many as may be told at once. The others see it when
 * they open the conversation.
 */
export async function changeButtonsOf(
  write: Write,
  account: AccountId,
  change: () => Promise<void>,
): Promise<void> {
  const partners = await partnersOf(write.db, account);
  const before = await buttonsTowards(write, partners, account);
  await change();
  const after = await buttonsTowards(write, partners, account);
  for (const [index, partner] of partners.entries()) {
    if (before[index] === after[index]) continue;
    tellDifference(write, undefined, await sideOf(write, partner, account));
  }
}

/** Who could have a button that the account's rules decide: each of the two has entered. */
async function partnersOf(db: Reader, account: AccountId): Promise<AccountId[]> {
  const rows = await db
    .selectFrom("participation as mine")
    .innerJoin("participation as theirs", (join) =>
      join
        .onRef("theirs.account_id", "=", "mine.other_account_id")
        .onRef("theirs.other_account_id", "=", "mine.account_id"),
    )
    .select("theirs.account_id")
    .where("mine.account_id", "=", account)
    .where("mine.entered_at", "is not", null)
    .where("theirs.entered_at", "is not", null)
    .orderBy("mine.latest_entry_id", "desc")
    .limit(serverLimits.partnersToldMax)
    .execute();
  return rows.map((row) => row.account_id);
}

async function buttonsTowards(write: Write, callers: readonly AccountId[], callee: AccountId) {
  const buttons = [];
  for (const caller of callers) {
    buttons.push((await callStandingOf(write.db, caller, callee, write.now)).callButton);
  }
  return buttons;
}

async function bothSides(write: Write, one: AccountId, other: AccountId): Promise<Side[]> {
  return [await sideOf(write, one, other), await sideOf(write, other, one)];
}

async function sideOf(write: Write, viewer: AccountId, other: AccountId): Promise<Side> {
  return {
    viewer,
    person: await personView(write.db, viewer, other, write.now),
    conversation: await conversationView(write.db, viewer, other, write.now),
  };
}

function tellDifference(write: Write, before: Side | undefined, after: Side): void {
  const { viewer: account, person, conversation } = after;
  if (person !== undefined && !isDeepStrictEqual(before?.person, person)) {
    write.deliver({ account, message: { type: "person-changed", person } });
  }
  if (conversation === undefined || isDeepStrictEqual(before?.conversation, conversation)) return;
  // Nobody's list has it: one that nobody began yet, or one that was declined and stays so.
  if (conversation.listedAt === null && before?.conversation?.listedAt == null) return;
  if (conversation.place === "hidden" && before?.conversation?.place === "hidden") return;
  write.deliver({ account, message: { type: "conversation-changed", conversation } });
}
