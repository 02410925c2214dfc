import type { AccountId } from "@ringfence/protocol";
import { type LoginParts, endLogin } from "../accounts/logins.ts";
import { allowNewChain } from "../devices/device-chain.ts";
import { RefusedError } from "../errors.ts";
import type { Write } from "../store/store.ts";
import { putRecoveryCode } from "./recovery-codes.ts";

interface Recovery {
  readonly account: AccountId;
  /** Of the code that was typed, as it was found. */
  readonly usedHash: string;
  readonly passwordHash: string;
  /** Of the next code. */
  readonly codeHash: string;
}

/**
 * Gives an account back to whoever kept its recovery code, and to nobody else: whoever could open
 * it before cannot any more, by a device, a passkey or a link.
 *
 * @throws RefusedError `wrong-recovery-code` where the code was used or replaced meanwhile
 */
export async function recoverAccount(
  write: Write,
  parts: LoginParts,
  { account, usedHash, passwordHash, codeHash }: Recovery,
): Promise<{ account: AccountId }> {
  const used = await write.db
    .deleteFrom("recovery_code")
    .where("account_id", "=", account)
    .where("code_hash", "=", usedHash)
    .where((where) =>
      where.or([where("works_until", "is", null), where("works_until", ">", write.now)]),
    )
    .where((where) =>
      where.exists(
        where
          .selectFrom("account")
          .select("account.id")
          .whereRef("account.id", "=", "recovery_code.account_id")
          .where("account.suspended_at", "is", null),
      ),
    )
    .returning("made_at")
    .executeTakeFirstOrThrow(wrongRecoveryCode);
  // A thief of the password may have made another, but none before: older ones work for their time.
  await write.db
    .deleteFrom("recovery_code")
    .where("account_id", "=", account)
    .where("made_at", ">=", used.made_at)
    .execute();
  await endOtherWaysIn(write, parts, { account, passwordHash, codeHash });
  return { account };
}

/**
 * A new password, and a next recovery code; whoever could open the account before cannot any more, by
 * a device, a passkey or a link. Who knew its devices sees another identity.
 */
export async function endOtherWaysIn(
  write: Write,
  parts: LoginParts,
  { account, passwordHash, codeHash }: Omit<Recovery, "usedHash">,
): Promise<void> {
  await write.db
    .updateTable("account")
    .set({ password_hash: passwordHash })
    .where("id", "=", account)
    .execute();
  const devices = await write.db
    .selectFrom("device")
    .select("id")
    .where("account_id", "=", account)
    .execute();
  for (const { id } of devices) await endLogin(write, parts, { account, device: id });
  for (const table of ["passkey", "one_time_link", "reset_link"] as const) {
    await write.db.deleteFrom(table).where("account_id", "=", account).execute();
  }
  await allowNewChain(write, account);
  await putRecoveryCode(write, account, codeHash);
}

/** One sentence for a handle that nobody has, an account without a code and a wrong code. */
export function wrongRecoveryCode(): RefusedError {
  return new RefusedError(
    "wrong-recovery-code",
    "The handle or the recovery code is wrong. A code works once, and for two weeks after you made a newer one.",
  );
}
