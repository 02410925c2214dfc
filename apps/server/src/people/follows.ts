import type { AccountId } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";
import { hasBlocked, refuseBlocked } from "./blocked.ts";

/**
 * Follows a person; a second time changes nothing. Whoever follows somebody whose request they
 * declined has thought better of it: the conversation stands in a list again.
 *
 * @throws RefusedError `you-blocked`
 */
export async function follow(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await refuseBlocked(write.db, me, other);
  const isSevered = await hasBlocked(write.db, other, me);
  await write.db
    .insertInto("follow")
    .values({
      follower_id: me,
      followed_id: other,
      created_at: write.now,
      severed_at: isSevered ? write.now : null,
    })
    .onConflict((conflict) => conflict.columns(["follower_id", "followed_id"]).doNothing())
    .execute();
  await write.db
    .updateTable("participation")
    .set({ declined_at: null })
    .where("account_id", "=", me)
    .where("other_account_id", "=", other)
    .execute();
}

/** Stops following a person. */
export async function unfollow(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await write.db
    .deleteFrom("follow")
    .where("follower_id", "=", me)
    .where("followed_id", "=", other)
    .execute();
}
