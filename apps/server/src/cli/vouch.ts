import { Handle } from "@ringfence/protocol";
import { setVouching } from "../people/vouching.ts";
import type { Store } from "../store/store.ts";
import { accountOf } from "./account-of.ts";

/**
 * `ringfence vouch` and `unvouch`: whether whoever runs this server vouches for an account.
 *
 * @param typed a handle, with or without `@`
 * @throws OperatorError `no-such-account`
 */
export async function printVouching(
  store: Store,
  typed: string,
  isVouched: boolean,
): Promise<void> {
  const account = await accountOf(store, typed);
  const hasChanged = await store.write((write) => setVouching(write, account, isVouched));
  const who = `@${Handle.parse(typed)}`;
  const state = isVouched ? "vouched for" : "not vouched for";
  if (!hasChanged) {
    console.log(`${who} was ${state} already.`);
    return;
  }
  console.log(
    isVouched
      ? `${who} is vouched for now: their profile says so, and people who let vouched accounts ring can be rung by them. Open pages show it within 15 seconds.`
      : `${who} is not vouched for any more. Open pages show it within 15 seconds.`,
  );
}
