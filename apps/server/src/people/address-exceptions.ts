import type { AccountId, AddressException } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";

/**
 * Lets something else hold than *Hide my address* in calls with this person. They can see no more
 * of it than whether a call with them would be direct.
 */
export async function setAddressException(
  write: Write,
  me: AccountId,
  other: AccountId,
  exception: AddressException,
): Promise<void> {
  await write.db
    .insertInto("address_exception")
    .values({ owner_id: me, other_id: other, exception })
    .onConflict((conflict) => conflict.columns(["owner_id", "other_id"]).doUpdateSet({ exception }))
    .execute();
}

/** Leaves it to the switch again. */
export async function clearAddressException(
  write: Write,
  me: AccountId,
  other: AccountId,
): Promise<void> {
  await write.db
    .deleteFrom("address_exception")
    .where("owner_id", "=", me)
    .where("other_id", "=", other)
    .execute();
}
