import { Handle } from "@ringfence/protocol";
import type { Config } from "../config.ts";
import { OperatorError } from "../operator-error.ts";
import { createResetLink } from "../recovery/reset-links.ts";
import type { Store } from "../store/store.ts";
import { accountOf } from "./account-of.ts";
import { originOf } from "./origin-of.ts";

/**
 * `ringfence reset`: a link with which somebody who lost their password and their devices sets a new
 * one.
 *
 * @param typed a handle, with or without `@`
 * @throws OperatorError `no-such-account`, `account-suspended`
 */
export async function printResetLink(store: Store, config: Config, typed: string): Promise<void> {
  const account = await accountOf(store, typed);
  const who = `@${Handle.parse(typed)}`;
  const token = await store.write(async (write) => {
    const row = await write.db
      .selectFrom("account")
      .select("suspended_at")
      .where("id", "=", account)
      .executeTakeFirst();
    if (row?.suspended_at != null) {
      throw new OperatorError(
        "account-suspended",
        `${who} is suspended, and no link opens a suspended account. Begin with \`ringfence unsuspend ${who}\`.`,
      );
    }
    return createResetLink(write, account);
  });
  console.log(`${originOf(config)}/reset#${token}

Whoever opens this link within 24 hours sets a new password and is ${who} from then on, with all their
messages. Be sure who asks you for it, and give it to them where nobody else reads it. It works once; one
that you made for ${who} before works no more.

Devices of ${who} that are still signed in say now that there is such a link, and can refuse it. When it is
used they are signed out and passkeys end; a recovery code from before works for two more weeks. Whoever
knows ${who} is asked before the next call whether that is really them.`);
}
