import { requireLogin } from "../accounts/logins.ts";
import { signInAs } from "../accounts/sign-in-as.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RecoveryParts } from "./recovery-handlers.ts";
import { newRecoveryCode } from "./recovery-codes.ts";
import { endResetLinks, resetAccount, viewResetLink } from "./reset-links.ts";

/** The operator's link for somebody who has nothing left that opens their account. */
export function resetHandlers(
  parts: RecoveryParts,
): Pick<Handlers, "viewResetLink" | "resetAccount" | "refuseResetLink"> {
  const { store, passwords, rateLimiter, ownerCheck, now } = parts;

  async function lookAt(token: string, source: string) {
    rateLimiter.take("signInsPerSource", source);
    const found = await viewResetLink(store.db, token, now());
    rateLimiter.giveBack("signInsPerSource", source);
    return found;
  }

  return {
    viewResetLink: ({ body, source }) => lookAt(body.token, source),

    async resetAccount({ body, source, ...browser }) {
      // Before anybody spends a password hash on it.
      await lookAt(body.token, source);
      const passwordHash = await passwords.hash(body.newPassword);
      const { recoveryCode, codeHash } = await newRecoveryCode(passwords);
      const { me } = await signInAs(parts, browser, (write) =>
        resetAccount(write, parts, body.token, { passwordHash, codeHash }),
      );
      return { me, recoveryCode };
    },

    async refuseResetLink({ login, body, source, origins }) {
      await ownerCheck.check(login, body.proof, { source, origins });
      await store.write(async (write) => {
        await requireLogin(write, login);
        await endResetLinks(write, login.account);
        write.deliver({ account: login.account, message: { type: "devices-changed" } });
      });
    },
  };
}
