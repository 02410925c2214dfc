import { type DeletionParts, deleteAccount } from "../accounts/accounts.ts";
import { type Login, endLogin, requireLogin } from "../accounts/logins.ts";
import type { Passwords } from "../accounts/passwords.ts";
import type { Handlers } from "../http/api-handler.ts";
import { endResetLinks } from "../recovery/reset-links.ts";
import type { Store, Write } from "../store/store.ts";
import type { OwnerCheck } from "./owner-check.ts";

export interface OwnerParts extends DeletionParts {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly ownerCheck: OwnerCheck;
}

/** What a device that is signed in may not do without its owner's word, however lately it signed in. */
export function ownerHandlers(
  parts: OwnerParts,
): Pick<Handlers, "changePassword" | "deleteAccount"> {
  const { store, passwords, ownerCheck } = parts;
  return {
    async changePassword({ login, body, source, origins }) {
      await ownerCheck.check(login, body.proof, { source, origins });
      const passwordHash = await passwords.hash(body.newPassword);
      await store.write(async (write) => {
        await requireLogin(write, login);
        await putPassword(write, login, passwordHash);
        if (body.signOutOthers) await signOutOthers(write, parts, login);
        write.deliver({ account: login.account, message: { type: "devices-changed" } });
      });
    },

    async deleteAccount({ login, body, source, origins, setLogin }) {
      await ownerCheck.check(login, body.proof, { source, origins });
      await store.write(async (write) => {
        await requireLogin(write, login);
        await deleteAccount(write, parts, login.account);
      });
      setLogin(null);
    },
  };
}

/** Links that open the account without a password were made for the one before. */
async function putPassword(write: Write, { account }: Login, passwordHash: string): Promise<void> {
  await write.db
    .updateTable("account")
    .set({ password_hash: passwordHash })
    .where("id", "=", account)
    .execute();
  await write.db.deleteFrom("one_time_link").where("account_id", "=", account).execute();
  await endResetLinks(write, account);
}

async function signOutOthers(write: Write, parts: OwnerParts, login: Login): Promise<void> {
  const { account, device } = login;
  const others = await write.db
    .selectFrom("device")
    .select("id")
    .where("account_id", "=", account)
    .where("id", "!=", device)
    .execute();
  for (const { id } of others) await endLogin(write, parts, { account, device: id });
}
