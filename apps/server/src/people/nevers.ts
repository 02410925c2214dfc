import type { AccountId } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";

/** Lets a person never ring (row 2 of the policy). They see no button, and are told nothing. */
export async function sayNever(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await write.db
    .insertInto("never")
    .values({ owner_id: me, other_id: other, created_at: write.now })
    .onConflict((conflict) => conflict.columns(["owner_id", "other_id"]).doNothing())
    .execute();
}

/** Leaves the decision to the other rules again. */
export async function takeBackNever(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await write.db
    .deleteFrom("never")
    .where("owner_id", "=", me)
    .where("other_id", "=", other)
    .execute();
}
