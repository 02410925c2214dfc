import type { Config } from "../config.ts";
import { createInvitation } from "../invitations/invitations.ts";
import type { Store } from "../store/store.ts";
import { accountOf } from "./account-of.ts";
import { originOf } from "./origin-of.ts";

/**
 * `ringfence invite`: a link with which one person may create an account.
 *
 * @param as the handle of an account that invites; undefined for the operator's own, with which
 *   nobody comes to follow anybody
 * @throws OperatorError `no-such-account`
 */
export async function printInvitation(
  store: Store,
  config: Config,
  as: string | undefined,
): Promise<void> {
  const inviter = as === undefined ? null : await accountOf(store, as);
  const { token } = await store.write((write) => createInvitation(write, inviter));
  console.log(`${originOf(config)}/join#${token}

This link works once, within a week.${
    as === undefined ? "" : ` Whoever agrees and ${as} then follow each other.`
  }`);
}
