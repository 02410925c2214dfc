import { randomBytes } from "node:crypto";
import {
  type AccountId,
  type Passkey,
  PasskeyId,
  idRandomBytes,
  limits,
  makeId,
} from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";
import type { Reader, Write } from "../store/store.ts";
import { passkeyRefused } from "./verify-passkey.ts";

/** What a passkey's signatures are held against. */
export interface PasskeyKey {
  /** By which the authenticator knows it: base64url. */
  readonly credentialId: string;
  /** A COSE key (RFC 9052 §7): base64url. */
  readonly publicKey: string;
  /** How often it was used, as far as its authenticator counts. */
  readonly counter: number;
}

export interface FoundPasskey extends PasskeyKey {
  readonly id: PasskeyId;
  readonly account: AccountId;
}

/** Of the account, the one added last first. */
export async function listPasskeys(db: Reader, account: AccountId): Promise<Passkey[]> {
  const rows = await db
    .selectFrom("passkey")
    .select(["id", "name", "added_at", "last_used_at"])
    .where("account_id", "=", account)
    .orderBy("id", "desc")
    .execute();
  return rows.map(viewOf);
}

/** @returns those that the account has: base64url */
export async function credentialIdsOf(db: Reader, account: AccountId): Promise<string[]> {
  const rows = await db
    .selectFrom("passkey")
    .select("credential_id")
    .where("account_id", "=", account)
    .execute();
  return rows.map((row) => row.credential_id);
}

/** Undefined for one that opens nothing here, also of a suspended account. */
export async function findPasskey(
  db: Reader,
  credentialId: string,
): Promise<FoundPasskey | undefined> {
  const row = await db
    .selectFrom("passkey")
    .innerJoin("account", "account.id", "passkey.account_id")
    .select(["passkey.id", "passkey.account_id", "public_key", "counter"])
    .where("credential_id", "=", credentialId)
    .where("account.suspended_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { id, account_id: account, public_key: publicKey, counter } = row;
  return { id, account, credentialId, publicKey, counter };
}

/** @throws RefusedError `list-full`; `passkey-refused` for one that is here already */
export async function addPasskey(
  write: Write,
  account: AccountId,
  key: PasskeyKey,
  name: string,
): Promise<Passkey> {
  const { length } = await credentialIdsOf(write.db, account);
  if (length >= limits.passkeysPerAccountMax) {
    throw new RefusedError(
      "list-full",
      `You have ${limits.passkeysPerAccountMax} passkeys already. Remove one first.`,
    );
  }
  const row = await write.db
    .insertInto("passkey")
    .values({
      id: PasskeyId.parse(makeId(write.now, randomBytes(idRandomBytes))),
      account_id: account,
      credential_id: key.credentialId,
      public_key: key.publicKey,
      counter: key.counter,
      name,
      added_at: write.now,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.column("credential_id").doNothing())
    .returning(["id", "name", "added_at", "last_used_at"])
    .executeTakeFirst();
  if (row === undefined) throw passkeyRefused();
  return viewOf(row);
}

/**
 * Writes down that a passkey was used.
 *
 * @param counter what its authenticator counts now
 * @throws RefusedError `passkey-refused` where it was removed, used or suspended meanwhile
 */
export async function notePasskeyUse(
  write: Write,
  found: FoundPasskey,
  counter: number,
): Promise<void> {
  const used = await write.db
    .updateTable("passkey")
    .set({ counter, last_used_at: write.now - (write.now % serverLimits.lastSeenStepMs) })
    .where("id", "=", found.id)
    .where("counter", "=", found.counter)
    .where((where) =>
      where.exists(
        where
          .selectFrom("account")
          .select("account.id")
          .whereRef("account.id", "=", "passkey.account_id")
          .where("account.suspended_at", "is", null),
      ),
    )
    .returning("id")
    .executeTakeFirst();
  if (used === undefined) throw passkeyRefused();
}

/** @throws RefusedError `not-found` */
export async function renamePasskey(
  write: Write,
  account: AccountId,
  id: PasskeyId,
  name: string,
): Promise<Passkey> {
  const row = await write.db
    .updateTable("passkey")
    .set({ name })
    .where("id", "=", id)
    .where("account_id", "=", account)
    .returning(["id", "name", "added_at", "last_used_at"])
    .executeTakeFirstOrThrow(notThere);
  return viewOf(row);
}

/** @throws RefusedError `not-found` */
export async function removePasskey(
  write: Write,
  account: AccountId,
  id: PasskeyId,
): Promise<void> {
  await write.db
    .deleteFrom("passkey")
    .where("id", "=", id)
    .where("account_id", "=", account)
    .returning("id")
    .executeTakeFirstOrThrow(notThere);
}

function notThere(): RefusedError {
  return new RefusedError("not-found", "This passkey opens your account no more.");
}

function viewOf(row: {
  id: PasskeyId;
  name: string;
  added_at: number;
  last_used_at: number | null;
}): Passkey {
  return { id: row.id, name: row.name, addedAt: row.added_at, lastUsedAt: row.last_used_at };
}
