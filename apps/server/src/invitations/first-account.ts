import type { Store } from "../store/store.ts";
import { createInvitation } from "./invitations.ts";

/**
 * The operator's way in to a server that nobody has an account on.
 *
 * @returns path and fragment; undefined where there is an account
 */
export function inviteFirstAccount(store: Store): Promise<string | undefined> {
  return store.write(async (write) => {
    const somebody = await write.db.selectFrom("account").select("id").limit(1).executeTakeFirst();
    if (somebody !== undefined) return undefined;
    const { token } = await createInvitation(write, null);
    return `/join#${token}`;
  });
}
