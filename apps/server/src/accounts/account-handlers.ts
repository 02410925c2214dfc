import type { CallHooks } from "../calls/call-hooks.ts";
import { RefusedError } from "../errors.ts";
import type { Handlers } from "../http/api-handler.ts";
import { createAccount, deleteAccount, readMe, refuseTakenHandle } from "./accounts.ts";
import { type LoginHandlerParts, loginHandlers } from "./login-handlers.ts";
import { notSignedIn } from "./logins.ts";
import { wrongPassword } from "./passwords.ts";
import { signInAs } from "./sign-in-as.ts";

export interface AccountParts extends LoginHandlerParts {
  readonly calls: Pick<CallHooks, "deviceGone" | "endAllOf">;
  readonly signUp: "open" | "closed";
}

/** The account from its beginning to its end, and its logins. */
export function accountHandlers(
  parts: AccountParts,
): Pick<Handlers, "getServer" | "createAccount" | "getMe" | "deleteAccount"> &
  ReturnType<typeof loginHandlers> {
  const { store, passwords, rateLimiter } = parts;
  return {
    ...loginHandlers(parts),

    getServer: async () => ({ signUp: parts.signUp }),

    async createAccount({ body, source, ...browser }) {
      if (parts.signUp === "closed") {
        throw new RefusedError(
          "sign-up-closed",
          "This server takes no new accounts. Ask whoever runs it.",
        );
      }
      rateLimiter.take("signUpsPerSource", source);
      await refuseTakenHandle(store.db, body.handle);
      const passwordHash = await passwords.hash(body.password);
      const { me } = await signInAs(parts, browser, async (write) => ({
        account: await createAccount(write, { ...body, passwordHash }),
      }));
      return me;
    },

    getMe: ({ login }) => readMe(store.db, login),

    async deleteAccount({ login, body, source, setLogin }) {
      rateLimiter.take("signInsPerAccountAndSource", `${login.account} ${source}`);
      const row = await store.db
        .selectFrom("account")
        .select("password_hash")
        .where("id", "=", login.account)
        .executeTakeFirstOrThrow(notSignedIn);
      if (!(await passwords.isRight(body.password, row.password_hash))) {
        throw wrongPassword("The password is wrong. Nothing was deleted.", "password");
      }
      await store.write((write) => deleteAccount(write, parts, login.account));
      setLogin(null);
    },
  };
}
