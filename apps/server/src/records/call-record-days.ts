import type { AccountId, Retention } from "@ringfence/protocol";
import { prepared } from "../store/prepared-query.ts";
import type { Reader, Write } from "../store/store.ts";

const dayMs = 86_400_000;

/**
 * For how many days an account's calls are kept.
 *
 * @param serverDays what the operator set: an account can only have less
 */
export async function readRetention(
  db: Reader,
  account: AccountId,
  serverDays: number,
): Promise<Retention> {
  const [row] = await selectCallRecordDays(db, { account });
  const callRecordDays = Math.min(row?.call_record_days ?? serverDays, serverDays);
  return { callRecordDays, callRecordDaysMax: serverDays };
}

const selectCallRecordDays = prepared((db: Reader, { account }: { account: AccountId }) =>
  db.selectFrom("account").select("call_record_days").where("id", "=", account),
);

/** Keeps the account's calls for so many days from now on; older ones go at once, and their traces. */
export async function changeRetention(
  write: Write,
  account: AccountId,
  days: number,
  serverDays: number,
): Promise<Retention> {
  // As many as the server's are as many as it ever has.
  const chosen = days >= serverDays ? null : days;
  await write.db
    .updateTable("account")
    .set({ call_record_days: chosen })
    .where("id", "=", account)
    .execute();
  const retention = await readRetention(write.db, account, serverDays);
  await write.db
    .deleteFrom("call_record")
    .where("account_id", "=", account)
    .where("started_at", "<", keptSince(write.now, retention.callRecordDays))
    .execute();
  write.leaveNoTrace();
  return retention;
}

/**
 * Removes the calls that an account or the server keeps no longer.
 *
 * @returns whether there were any
 */
export async function removeOldCalls({ db, now }: Write, serverDays: number): Promise<boolean> {
  const tooOld = await db
    .deleteFrom("call_record")
    .where("started_at", "<", keptSince(now, serverDays))
    .executeTakeFirst();
  let removed = tooOld.numDeletedRows;
  const choices = await db
    .selectFrom("account")
    .select("call_record_days as days")
    .distinct()
    .where("call_record_days", "<", serverDays)
    .execute();
  for (const { days } of choices) {
    const chosen = await db
      .deleteFrom("call_record")
      .where("started_at", "<", keptSince(now, days ?? serverDays))
      .where("account_id", "in", (accounts) =>
        accounts.selectFrom("account").select("id").where("call_record_days", "=", days),
      )
      .executeTakeFirst();
    removed += chosen.numDeletedRows;
  }
  return removed > 0n;
}

/** Of no days nothing is kept, not even what began at this moment. */
function keptSince(now: number, days: number): number {
  return days === 0 ? now + 1 : now - days * dayMs;
}
