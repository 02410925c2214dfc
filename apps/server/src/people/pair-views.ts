import { isDeepStrictEqual } from "node:util";
import type { AccountId, ConversationView, PersonView } from "@ringfence/protocol";
import { conversationView } from "../conversations/conversation-view.ts";
import type { Write } from "../store/store.ts";
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

/** Tells an account's devices how another stands to it now. */
export async function tellSide(write: Write, viewer: AccountId, other: AccountId): Promise<void> {
  tellDifference(write, undefined, await sideOf(write, viewer, other));
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
