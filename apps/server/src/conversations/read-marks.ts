import { type AccountId, MessageId } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import type { Write } from "../store/store.ts";
import { laterOf } from "./entry.ts";
import { findParticipation } from "./participation.ts";
import { tellConversation } from "./tell-conversation.ts";

/**
 * Notes that everything up to an entry was seen, on all of the account's devices. It never moves
 * back, nor past the last entry: what comes later is unread whatever was claimed.
 *
 * @throws RefusedError `malformed` for what is no entry's id
 */
export async function markRead(
  write: Write,
  me: AccountId,
  other: AccountId,
  upTo: string,
): Promise<void> {
  // All ids have one form; a call's serves as well as a message's.
  if (!MessageId.safeParse(upTo).success) {
    throw new RefusedError("malformed", '"upTo" is the id of an entry.', { field: "upTo" });
  }
  const side = await findParticipation(write.db, me, other);
  if (side === undefined || side.latest_entry_id === null) return;
  const seen = upTo < side.latest_entry_id ? upTo : side.latest_entry_id;
  if (laterOf(side.read_up_to_id, seen) === side.read_up_to_id) return;
  await write.db
    .updateTable("participation")
    .set({ read_up_to_id: seen })
    .where("account_id", "=", me)
    .where("other_account_id", "=", other)
    .execute();
  await tellConversation(write, me, other);
}
