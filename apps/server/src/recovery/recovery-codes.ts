import { randomBytes } from "node:crypto";
import {
  type AccountId,
  type RecoveryCode,
  type WaysIn,
  makeRecoveryCode,
  recoveryCodeRandomBytes,
} from "@ringfence/protocol";
import type { Passwords } from "../accounts/passwords.ts";
import type { Reader, Write } from "../store/store.ts";

/** A code for its owner, and what the database keeps of it: argon2id in its encoded form. */
export interface NewRecoveryCode {
  readonly recoveryCode: RecoveryCode;
  readonly codeHash: string;
}

/** @throws RefusedError `unavailable` when too many passwords are being checked */
export async function newRecoveryCode(passwords: Passwords): Promise<NewRecoveryCode> {
  const recoveryCode = makeRecoveryCode(randomBytes(recoveryCodeRandomBytes));
  return { recoveryCode, codeHash: await passwords.hash(recoveryCode) };
}

/** Takes the place of the one before. */
export async function putRecoveryCode(
  write: Write,
  account: AccountId,
  codeHash: string,
): Promise<void> {
  const code = { code_hash: codeHash, made_at: write.now, kept_at: null };
  await write.db
    .insertInto("recovery_code")
    .values({ account_id: account, ...code })
    .onConflict((conflict) => conflict.column("account_id").doUpdateSet(code))
    .execute();
}

/** Nothing where the account has none. */
export async function noteCodeKept(write: Write, account: AccountId): Promise<void> {
  await write.db
    .updateTable("recovery_code")
    .set({ kept_at: write.now })
    .where("account_id", "=", account)
    .where("kept_at", "is", null)
    .execute();
}

export async function readRecoveryCode(
  db: Reader,
  account: AccountId,
): Promise<WaysIn["recoveryCode"]> {
  const row = await db
    .selectFrom("recovery_code")
    .select(["made_at", "kept_at"])
    .where("account_id", "=", account)
    .executeTakeFirst();
  return row === undefined ? null : { madeAt: row.made_at, isKept: row.kept_at !== null };
}
