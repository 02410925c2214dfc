import type { AccountId, Person } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import type { Reader, Write } from "../store/store.ts";

/**
 * Blocks a person: both follows end, theirs without a word to them, and a request of theirs counts
 * as declined. What is already in the thread stays there.
 */
export async function block(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await write.db
    .insertInto("block")
    .values({ blocker_id: me, blocked_id: other, created_at: write.now })
    .onConflict((conflict) => conflict.columns(["blocker_id", "blocked_id"]).doNothing())
    .execute();
  await write.db
    .deleteFrom("follow")
    .where("follower_id", "=", me)
    .where("followed_id", "=", other)
    .execute();
  await write.db
    .updateTable("follow")
    .set({ severed_at: write.now })
    .where("follower_id", "=", other)
    .where("followed_id", "=", me)
    .execute();
  await write.db
    .updateTable("participation")
    .set({ declined_at: write.now })
    .where("account_id", "=", me)
    .where("other_account_id", "=", other)
    .where("entered_at", "is", null)
    .where("latest_received_id", "is not", null)
    .execute();
}

/** Unblocks a person. Nothing that the block took comes back. */
export async function unblock(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await write.db
    .deleteFrom("block")
    .where("blocker_id", "=", me)
    .where("blocked_id", "=", other)
    .execute();
}

/** The people whom the account blocked, the latest first. */
export async function listBlocked(db: Reader, me: AccountId): Promise<Person[]> {
  const rows = await db
    .selectFrom("block")
    .innerJoin("account", "account.id", "block.blocked_id")
    .select(["account.handle", "account.display_name"])
    .where("block.blocker_id", "=", me)
    .orderBy("block.created_at", "desc")
    .orderBy("account.handle")
    .execute();
  return rows.map((row) => ({ handle: row.handle, displayName: row.display_name }));
}

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
