import type { AccountId } from "@ringfence/protocol";
import type { Bus } from "../bus/bus.ts";
import { RefusedError } from "../errors.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { Store, Write } from "../store/store.ts";
import { listDevices } from "./devices.ts";
import { type LoginParts, endLogin } from "./logins.ts";
import { takeOneTimeLink } from "./one-time-links.ts";
import { type Passwords, wrongPassword } from "./passwords.ts";
import { signInAs } from "./sign-in-as.ts";
import { signInAttempt } from "./sign-in-attempt.ts";

export interface LoginHandlerParts extends LoginParts {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly rateLimiter: RateLimiter;
  /** Whether a page of the device is open; null where it cannot be known now. */
  readonly isConnected: Bus["isConnected"];
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** Signing in and out, and the devices that are signed in. */
export function loginHandlers(
  parts: LoginHandlerParts,
): Pick<Handlers, "signIn" | "signInByLink" | "signOut" | "listDevices" | "signOutDevice"> {
  const { store, passwords, rateLimiter } = parts;
  return {
    async signIn({ body, source, ...browser }) {
      const attempt = signInAttempt(rateLimiter, body.handle, source);
      const account = await store.db
        .selectFrom("account")
        .select(["id", "password_hash"])
        .where("handle", "=", body.handle)
        .where("suspended_at", "is", null)
        .executeTakeFirst();
      const isRight = await passwords.isRight(body.password, account?.password_hash);
      if (account === undefined || !isRight) throw wrongHandleOrPassword();
      attempt.succeeded();
      const { me } = await signInAs(parts, browser, (write) =>
        stillTheSame(write, account.id, account.password_hash),
      );
      return me;
    },

    async signInByLink({ body, source, ...browser }) {
      rateLimiter.take("signInsPerSource", source);
      const { me, goTo } = await signInAs(parts, browser, (write) =>
        takeOneTimeLink(write, body.token),
      );
      rateLimiter.giveBack("signInsPerSource", source);
      return { me, goTo };
    },

    async signOut({ login, setLogin }) {
      await store.write((write) => endLogin(write, parts, login));
      setLogin(null);
    },

    listDevices: async ({ login }) => ({
      devices: await listDevices(store.db, login, parts),
    }),

    async signOutDevice({ login, params, setLogin }) {
      await store.write(async (write) => {
        const device = await write.db
          .selectFrom("device")
          .select("id")
          .where("id", "=", params.deviceId)
          .where("account_id", "=", login.account)
          .executeTakeFirst();
        if (device === undefined) {
          throw new RefusedError("not-found", "This device is not signed in any more.");
        }
        await endLogin(write, parts, { account: login.account, device: device.id });
      });
      if (params.deviceId === login.device) setLogin(null);
    },
  };
}

/**
 * The account may have been deleted or suspended while its password was being checked, or got
 * another one.
 */
async function stillTheSame(
  write: Write,
  id: AccountId,
  passwordHash: string,
): Promise<{ account: AccountId }> {
  await write.db
    .selectFrom("account")
    .select("id")
    .where("id", "=", id)
    .where("password_hash", "=", passwordHash)
    .where("suspended_at", "is", null)
    .executeTakeFirstOrThrow(wrongHandleOrPassword);
  return { account: id };
}

/** One sentence for a handle that nobody has, a suspended account and a wrong password. */
function wrongHandleOrPassword(): RefusedError {
  return wrongPassword("The handle or the password is wrong.");
}
