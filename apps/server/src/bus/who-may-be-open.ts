import type { AccountId } from "@ringfence/protocol";
import type { Bus } from "./bus.ts";

/** Those of the accounts that have a page open, and those of whom it cannot be known now. */
export async function whoMayBeOpen(
  accounts: Iterable<AccountId>,
  isOpen: Bus["isOpen"],
): Promise<ReadonlySet<AccountId>> {
  const open = new Set<AccountId>();
  const ask = async (account: AccountId) => {
    if ((await isOpen(account)) !== false) open.add(account);
  };
  await Promise.all([...new Set(accounts)].map(ask));
  return open;
}
