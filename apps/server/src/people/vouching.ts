import type { AccountId } from "@ringfence/protocol";
import { sql } from "kysely";
import { serverLimits } from "../limits.ts";
import type { Write } from "../store/store.ts";
import type { Buttons } from "./buttons.ts";

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
  buttons: Pick<Buttons, "tellAfter">,
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
  await moveNumber(write, account);
  const ids = partners.map(({ id }) => id);
  buttons.tellAfter(write, ids, moveNumber);
  return true;
}

async function moveNumber({ db }: Write, account: AccountId): Promise<void> {
  await db
    .updateTable("account")
    .set({ sequence: sql<number>`sequence + 1` })
    .where("id", "=", account)
    .execute();
}
