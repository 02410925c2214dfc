import type { AccountId } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";

/** Takes back the right to ring back that ringing or asking gave a person. They are not told. */
export async function revokeCallBack(write: Write, me: AccountId, other: AccountId): Promise<void> {
  await write.db
    .updateTable("participation")
    .set({ call_back_revoked_at: write.now })
    .where("account_id", "=", me)
    .where("other_account_id", "=", other)
    .execute();
}
