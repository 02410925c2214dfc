import { randomBytes } from "node:crypto";
import {
  type AccountId,
  type RecoveryCode,
  type WaysIn,
  makeRecoveryCode,
  recoveryCodeRandomBytes,
} from "@ringfence/protocol";
import type { Passwords } from "../accounts/passwords.ts";
import { serverLimits } from "../limits.ts";
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

/**
 * Takes the place of the one before, which works for a while beside it: whoever stole the password
 * can make a code too, and must not make the owner's worthless. For the same reason the one made
 * first stays where there would be too many.
 */
export async function putRecoveryCode(
  write: Write,
  account: AccountId,
  codeHash: string,
): Promise<void> {
  await removeExpiredCodes(write);
  await write.db
    .updateTable("recovery_code")
    .set({ works_until: write.now + serverLimits.replacedCodeLifetimeMs })
    .where("account_id", "=", account)
    .where("works_until", "is", null)
    .execute();
  const older = await write.db
    .selectFrom("recovery_code")
    .select("code_hash")
    .where("account_id", "=", account)
    .orderBy("made_at")
    .orderBy("works_until")
    .execute();
  for (const { code_hash } of older.slice(serverLimits.recoveryCodesPerAccountMax - 1)) {
    await write.db
      .deleteFrom("recovery_code")
      .where("account_id", "=", account)
      .where("code_hash", "=", code_hash)
      .execute();
  }
  const made = { code_hash: codeHash, made_at: write.now, kept_at: null, works_until: null };
  await write.db
    .insertInto("recovery_code")
    .values({ account_id: account, ...made })
    .execute();
}

/** Removes the codes that were replaced long enough ago. */
export async function removeExpiredCodes(write: Write): Promise<void> {
  await write.db.deleteFrom("recovery_code").where("works_until", "<=", write.now).execute();
}

/** The newest was kept. Nothing where the account has none. */
export async function noteCodeKept(write: Write, account: AccountId): Promise<void> {
  await write.db
    .updateTable("recovery_code")
    .set({ kept_at: write.now })
    .where("account_id", "=", account)
    .where("works_until", "is", null)
    .where("kept_at", "is", null)
    .execute();
}

/** @param now Unix time in milliseconds */
export async function readRecoveryCode(
  db: Reader,
  account: AccountId,
  now: number,
): Promise<WaysIn["recoveryCode"]> {
  const rows = await db
    .selectFrom("recovery_code")
    .select(["made_at", "kept_at", "works_until"])
    .where("account_id", "=", account)
    .execute();
  const newest = rows.find((row) => row.works_until === null);
  if (newest === undefined) return null;
  const olderUntil = Math.max(...rows.map((row) => row.works_until ?? 0));
  return {
    madeAt: newest.made_at,
    isKept: newest.kept_at !== null,
    olderUntil: olderUntil > now ? olderUntil : null,
  };
}
