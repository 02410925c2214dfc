import type { AccountId, Person } from "@ringfence/protocol";
import { endReceivedAsks } from "../asking/asks.ts";
import { revokeCallBack } from "../asking/call-backs.ts";
import { endGrant } from "../asking/grants.ts";
import type { Reader, Write } from "../store/store.ts";

/**
 * Blocks a person: both follows end, theirs without a word to them, and a request of theirs counts
 * as declined. Every right to ring that they had from this account goes, however they came by it:
 * unblocking brings none back. What is already in the thread stays there.
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
  await endGrant(write, me, other);
  await revokeCallBack(write, me, other);
  await endReceivedAsks(write, me, other);
  await write.db
    .deleteFrom("address_book_entry")
    .where("owner_id", "=", me)
    .where("other_id", "=", other)
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
