import type { Store } from "../store/store.ts";
import { createInvitation, endFirstAccountLinks } from "./invitations.ts";

/**
 * The operator's way in to a server that nobody has an account on. Each start prints another, and
 * the one before is worth nothing any more; those of `ringfence invite` stay.
 *
 * @returns path and fragment; undefined where there is an account
 */
export function inviteFirstAccount(store: Store): Promise<string | undefined> {
  return store.write(async (write) => {
    const somebody = await write.db.selectFrom("account").select("id").limit(1).executeTakeFirst();
    if (somebody !== undefined) return undefined;
    await endFirstAccountLinks(write);
    const { token } = await createInvitation(write, null, { isFirstAccount: true });
    return `/join#${token}`;
  });
}
