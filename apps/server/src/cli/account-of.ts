import { type AccountId, Handle } from "@ringfence/protocol";
import { OperatorError } from "../operator-error.ts";
import { findAccount } from "../people/find-account.ts";
import type { Store } from "../store/store.ts";

/**
 * The account that an operator names.
 *
 * @param typed a handle, with or without `@`
 * @throws OperatorError `no-such-account`
 */
export async function accountOf(store: Store, typed: string): Promise<AccountId> {
  const handle = Handle.safeParse(typed);
  if (!handle.success) throw noSuchAccount(typed);
  return findAccount(store.db, handle.data).catch(() => {
    throw noSuchAccount(typed);
  });
}

function noSuchAccount(typed: string): OperatorError {
  return new OperatorError("no-such-account", `There is nobody with the handle ${typed} here.`);
}
