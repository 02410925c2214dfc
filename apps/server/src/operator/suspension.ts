import type { AccountId } from "@ringfence/protocol";
import type { LoginParts } from "../accounts/logins.ts";
import type { CallHooks } from "../calls/call-hooks.ts";
import { serverLimits } from "../limits.ts";
import type { Buttons } from "../people/buttons.ts";
import type { Write } from "../store/store.ts";

export interface SuspensionParts extends Pick<LoginParts, "closeDevice"> {
  readonly calls: Pick<CallHooks, "suspended">;
  readonly buttons: Pick<Buttons, "moveAfter" | "tellAfter">;
}

/**
 * Shuts an account: it rings nobody and nobody rings it, its calls end, its pages close, and nothing
 * signs in to it. All that it has stays, for when that is taken back.
 *
 * @returns false where it was suspended already
 */
export async function suspend(
  write: Write,
  account: AccountId,
  parts: SuspensionParts,
): Promise<boolean> {
  const suspended = await write.db
    .updateTable("account")
    .set({ suspended_at: write.now })
    .where("id", "=", account)
    .where("suspended_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  if (suspended === undefined) return false;
  await parts.calls.suspended(write, account);
  await moveWhatOthersSee(write, account, { wasSuspended: false }, parts);
  const devices = await write.db
    .selectFrom("device")
    .select("id")
    .where("account_id", "=", account)
    .execute();
  for (const { id } of devices) write.afterCommit(() => parts.closeDevice(id, "suspended"));
  return true;
}

/** @returns false where it was not suspended */
export async function unsuspend(
  write: Write,
  account: AccountId,
  parts: SuspensionParts,
): Promise<boolean> {
  const unsuspended = await write.db
    .updateTable("account")
    .set({ suspended_at: null })
    .where("id", "=", account)
    .where("suspended_at", "is not", null)
    .returning("id")
    .executeTakeFirst();
  if (unsuspended === undefined) return false;
  await moveWhatOthersSee(write, account, { wasSuspended: true }, parts);
  return true;
}

/** The buttons of those who could ring the account, and the lists of those whom it could ring. */
async function moveWhatOthersSee(
  write: Write,
  account: AccountId,
  { wasSuspended }: { wasSuspended: boolean },
  { buttons }: SuspensionParts,
): Promise<void> {
  buttons.moveAfter(write, {
    callee: account,
    factsBefore: (facts) => ({ ...facts, eitherSuspended: wasSuspended }),
  });
  const partners = await write.db
    .selectFrom("participation")
    .select("account_id as id")
    .where("other_account_id", "=", account)
    .where("entered_at", "is not", null)
    .orderBy("latest_entry_id", "desc")
    .limit(serverLimits.suspensionToldMax)
    .execute();
  const ids = partners.map(({ id }) => id);
  buttons.tellAfter(write, ids, async (later, partner) =>
    later.deliver({ account: partner, message: { type: "grants-changed" } }),
  );
}
