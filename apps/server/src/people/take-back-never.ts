import type { AccountId } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";

/** Leaves the decision to the other rules again. */
export async function takeBackNever(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await write.db
    .deleteFrom("never")
    .where("owner_id", "=", me)
    .where("other_id", "=", other)
    .execute();
}
