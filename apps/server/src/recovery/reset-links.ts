import type { AccountId, Handle, WaysIn } from "@ringfence/protocol";
import { type LoginParts, hashToken, makeToken } from "../accounts/logins.ts";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";
import type { Reader, Write } from "../store/store.ts";
import { endOtherWaysIn } from "./recover-account.ts";

/**
 * Makes the operator's link by which somebody who has nothing left sets a new password. It takes the
 * place of the one before, and every device that is signed in shows that it is there.
 *
 * @returns the token to put behind `/reset#`, where no server and no log sees it
 */
export async function createResetLink(write: Write, account: AccountId): Promise<string> {
  const token = makeToken();
  await endResetLinks(write, account);
  await write.db
    .insertInto("reset_link")
    .values({
      token_hash: hashToken(token),
      account_id: account,
      made_at: write.now,
      expires_at: write.now + serverLimits.resetLinkLifetimeMs,
    })
    .execute();
  write.deliver({ account, message: { type: "devices-changed" } });
  return token;
}

/** The one that waits, as the account's own devices see it. */
export async function readResetLink(
  db: Reader,
  account: AccountId,
  now: number,
): Promise<WaysIn["resetLink"]> {
  const row = await db
    .selectFrom("reset_link")
    .select(["made_at", "expires_at"])
    .where("account_id", "=", account)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return row === undefined ? null : { madeAt: row.made_at, worksUntil: row.expires_at };
}

/**
 * Whose account a link opens. It takes nothing.
 *
 * @throws RefusedError `link-used`, also for one that never was and for a suspended account
 */
export async function viewResetLink(
  db: Reader,
  token: string,
  now: number,
): Promise<{ handle: Handle; displayName: string }> {
  const row = await db
    .selectFrom("reset_link")
    .innerJoin("account", "account.id", "reset_link.account_id")
    .select(["account.handle", "account.display_name"])
    .where("token_hash", "=", hashToken(token))
    .where("expires_at", ">", now)
    .where("account.suspended_at", "is", null)
    .executeTakeFirstOrThrow(resetLinkUsed);
  return { handle: row.handle, displayName: row.display_name };
}

/** Nobody uses the link that waits, if there is one. */
export async function endResetLinks(write: Write, account: AccountId): Promise<void> {
  await write.db.deleteFrom("reset_link").where("account_id", "=", account).execute();
}

/**
 * Gives an account to whoever has the operator's link: nothing that opened it before does, but for
 * recovery codes. Those work two weeks more, so that an owner whom nobody asked comes back.
 *
 * @param hashes of the new password and of the next recovery code
 * @throws RefusedError `link-used`
 */
export async function resetAccount(
  write: Write,
  parts: LoginParts,
  token: string,
  hashes: { passwordHash: string; codeHash: string },
): Promise<{ account: AccountId }> {
  // Taken by deleting it: whoever comes second finds nothing.
  await viewResetLink(write.db, token, write.now);
  const taken = await write.db
    .deleteFrom("reset_link")
    .where("token_hash", "=", hashToken(token))
    .returning("account_id")
    .executeTakeFirstOrThrow(resetLinkUsed);
  const account = taken.account_id;
  await rememberLogins(write, account);
  await endOtherWaysIn(write, parts, { account, ...hashes });
  return { account };
}

/** So that a device that comes back with its cookie can be told why that opens nothing. */
async function rememberLogins(write: Write, account: AccountId): Promise<void> {
  const logins = await write.db
    .selectFrom("login")
    .select("token_hash")
    .where("account_id", "=", account)
    .execute();
  for (const { token_hash } of logins) {
    await write.db
      .insertInto("reset_login")
      .values({ token_hash, account_id: account, reset_at: write.now })
      .execute();
  }
}

/** Removes what has expired. */
export async function removeExpiredResets({ db, now }: Write): Promise<void> {
  await db.deleteFrom("reset_link").where("expires_at", "<=", now).execute();
  await db
    .deleteFrom("reset_login")
    .where("reset_at", "<=", now - serverLimits.replacedCodeLifetimeMs)
    .execute();
}

function resetLinkUsed(): RefusedError {
  return new RefusedError(
    "link-used",
    "This link does not work any more: each works once, and for a day. Ask whoever runs this server for a new one.",
  );
}
