import type { AccountId, Handle } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import type { Reader } from "../store/store.ts";

/** @throws RefusedError `not-found`, the same for a handle that never was and a deleted account */
export async function findAccount(db: Reader, handle: Handle): Promise<AccountId> {
  const row = await db
    .selectFrom("account")
    .select("id")
    .where("handle", "=", handle)
    .executeTakeFirst();
  if (row === undefined) throw notFound(handle);
  return row.id;
}

/**
 * The other one of a pair.
 *
 * @throws RefusedError `not-found`, and `yourself` for the account's own handle
 */
export async function findOther(db: Reader, me: AccountId, handle: Handle): Promise<AccountId> {
  const other = await findAccount(db, handle);
  if (other === me) throw new RefusedError("yourself", "That is you. Choose somebody else.");
  return other;
}

export function notFound(handle: Handle): RefusedError {
  return new RefusedError("not-found", `There is nobody with the handle @${handle} here.`);
}
