import type { AccountId } from "@ringfence/protocol";
import { sql } from "kysely";
import { serverLimits } from "../limits.ts";
import type { Write } from "../store/store.ts";

/**
 * Vouches for an account, or no more. Everybody with whom it has an entered conversation fetches
 * again what they see: their number moves without a delivery, which a page notices with the next
 * heartbeat. So thousands of them do not all ask at once.
 *
 * @returns whether that changed anything
 */
export async function setVouching(
  write: Write,
  account: AccountId,
  isVouched: boolean,
): Promise<boolean> {
  const changed = await write.db
    .updateTable("account")
    .set({ vouched_at: isVouched ? write.now : null })
    .where("id", "=", account)
    .where("vouched_at", isVouched ? "is" : "is not", null)
    .returning("id")
    .executeTakeFirst();
  if (changed === undefined) return false;
  const partners = await write.db
    .selectFrom("participation")
    .select("other_account_id as id")
    .where("account_id", "=", account)
    .where("entered_at", "is not", null)
    .orderBy("latest_entry_id", "desc")
    .limit(serverLimits.vouchingToldMax)
    .execute();
  for (const { id } of [{ id: account }, ...partners]) {
    await write.db
      .updateTable("account")
      .set({ sequence: sql<number>`sequence + 1` })
      .where("id", "=", id)
      .execute();
  }
  return true;
}
