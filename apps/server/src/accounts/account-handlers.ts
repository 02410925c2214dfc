import type { SignUpRule } from "../config.ts";
import { RefusedError } from "../errors.ts";
import type { Handlers } from "../http/api-handler.ts";
import { endFirstAccountLinks, signUpWith, viewInvitation } from "../invitations/invitations.ts";
import { newRecoveryCode, putRecoveryCode } from "../recovery/recovery-codes.ts";
import { createAccount, readMe, refuseTakenHandle } from "./accounts.ts";
import { type LoginHandlerParts, loginHandlers } from "./login-handlers.ts";
import { signInAs } from "./sign-in-as.ts";

export interface AccountParts extends LoginHandlerParts {
  readonly signUp: SignUpRule;
}

/** The account at its beginning, and its logins. */
export function accountHandlers(
  parts: AccountParts,
): Pick<Handlers, "getServer" | "createAccount" | "getMe"> & ReturnType<typeof loginHandlers> {
  const { store, passwords, rateLimiter } = parts;
  return {
    ...loginHandlers(parts),

    getServer: async ({ isFromThisMachine }) => ({
      signUp: ruleFor(parts.signUp, isFromThisMachine),
    }),

    async createAccount({ body, source, isFromThisMachine, ...browser }) {
      const { invitation } = body;
      const rule = ruleFor(parts.signUp, isFromThisMachine);
      refuseUninvited(rule, invitation);
      rateLimiter.take("signUpsPerSource", source);
      if (invitation !== undefined) {
        // Before anybody spends a password hash on it.
        const { from } = await viewInvitation(store.db, null, invitation, parts.now());
        if (rule === "closed" && from !== null) throw signUpClosed();
      }
      await refuseTakenHandle(store.db, body.handle);
      const passwordHash = await passwords.hash(body.password);
      const { recoveryCode, codeHash } = await newRecoveryCode(passwords);
      const { me } = await signInAs(parts, browser, async (write) => {
        const account = await createAccount(write, { ...body, passwordHash });
        await putRecoveryCode(write, account, codeHash);
        if (invitation !== undefined) await signUpWith(write, invitation, account);
        await endFirstAccountLinks(write);
        return { account };
      });
      return { me, recoveryCode };
    },

    getMe: ({ login }) => readMe(store.db, login),
  };
}

/** What the rule means for one browser. */
function ruleFor(rule: SignUpRule, isFromThisMachine: boolean): "open" | "invite" | "closed" {
  if (rule !== "open-on-this-machine") return rule;
  return isFromThisMachine ? "open" : "invite";
}

function refuseUninvited(rule: "open" | "invite" | "closed", invitation: string | undefined): void {
  if (rule === "open" || invitation !== undefined) return;
  if (rule === "closed") throw signUpClosed();
  throw new RefusedError(
    "invitation-needed",
    "This server takes new accounts by invitation. Ask somebody who is here for a link.",
  );
}

/** An operator's own invitation goes through closed doors: somebody has to have the first account. */
function signUpClosed(): RefusedError {
  return new RefusedError(
    "sign-up-closed",
    "This server takes no new accounts. Ask whoever runs it.",
  );
}
