import type { AccountId } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import type { Reader } from "../store/store.ts";

/** @throws RefusedError `you-blocked`: what one does towards a person begins with unblocking them */
export async function refuseBlocked(db: Reader, me: AccountId, other: AccountId): Promise<void> {
  if (await hasBlocked(db, me, other)) {
    throw new RefusedError("you-blocked", "You blocked this person. Unblock them first.");
  }
}

export async function hasBlocked(
  db: Reader,
  blocker: AccountId,
  blocked: AccountId,
): Promise<boolean> {
  const row = await db
    .selectFrom("block")
    .select("created_at")
    .where("blocker_id", "=", blocker)
    .where("blocked_id", "=", blocked)
    .executeTakeFirst();
  return row !== undefined;
}
