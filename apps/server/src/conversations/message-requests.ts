import type { AccountId } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import { refuseBlocked } from "../people/blocked.ts";
import { changePair } from "../people/pair-views.ts";
import type { Write } from "../store/store.ts";
import type { ParticipationTable } from "../store/tables.ts";
import { findParticipation } from "./participation.ts";
import { tellConversation } from "./tell-conversation.ts";

/**
 * Accepts a message request, also one that was declined before: the account has then entered the
 * conversation. One that it entered already stays as it is.
 *
 * @throws RefusedError `not-found` where the other wrote nothing, `you-blocked`
 */
export async function acceptRequest(write: Write, me: AccountId, other: AccountId): Promise<void> {
  const side = await requireRequest(write, me, other);
  if (side.entered_at !== null) return;
  await refuseBlocked(write.db, me, other);
  await changePair(write, me, other, async () => {
    await write.db
      .updateTable("participation")
      .set({ entered_at: write.now, declined_at: null, acted_at: write.now })
      .where("account_id", "=", me)
      .where("other_account_id", "=", other)
      .execute();
  });
}

/**
 * Declines a message request: it leaves every list, with all that its sender still writes, and the
 * sender is told nothing. A conversation that the account entered stays as it is.
 *
 * @throws RefusedError `not-found` where the other wrote nothing
 */
export async function declineRequest(write: Write, me: AccountId, other: AccountId): Promise<void> {
  const side = await requireRequest(write, me, other);
  if (side.entered_at !== null || side.declined_at !== null) return;
  await write.db
    .updateTable("participation")
    .set({ declined_at: write.now })
    .where("account_id", "=", me)
    .where("other_account_id", "=", other)
    .execute();
  await tellConversation(write, me, other);
}

async function requireRequest(
  write: Write,
  me: AccountId,
  other: AccountId,
): Promise<ParticipationTable> {
  const side = await findParticipation(write.db, me, other);
  if (side === undefined || (side.entered_at === null && side.latest_received_id === null)) {
    throw new RefusedError("not-found", "There is no message request from this person.");
  }
  return side;
}
