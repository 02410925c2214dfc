import type { AccountId } from "@ringfence/protocol";
import { endReceivedAsks } from "../asking/asks.ts";
import { endGrant } from "../asking/grants.ts";
import type { Write } from "../store/store.ts";

/**
 * Lets a person never ring (row 2 of the policy). They see no button, and are told nothing. It ends
 * the right that they had, and answers what they asked: taking *never* back brings neither back.
 */
export async function sayNever(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await write.db
    .insertInto("never")
    .values({ owner_id: me, other_id: other, created_at: write.now })
    .onConflict((conflict) => conflict.columns(["owner_id", "other_id"]).doNothing())
    .execute();
  await endGrant(write, me, other);
  await endReceivedAsks(write, me, other);
}
