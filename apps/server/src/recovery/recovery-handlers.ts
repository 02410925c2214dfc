import { type LoginParts, requireLogin } from "../accounts/logins.ts";
import type { Passwords } from "../accounts/passwords.ts";
import { signInAs } from "../accounts/sign-in-as.ts";
import { signInAttempt } from "../accounts/sign-in-attempt.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { serverLimits } from "../limits.ts";
import type { Store } from "../store/store.ts";
import type { OwnerCheck } from "../ways-in/owner-check.ts";
import { recoverAccount, wrongRecoveryCode } from "./recover-account.ts";
import { newRecoveryCode, noteCodeKept, putRecoveryCode } from "./recovery-codes.ts";

export interface RecoveryParts extends LoginParts {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly rateLimiter: RateLimiter;
  readonly ownerCheck: OwnerCheck;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** The code that brings a person back in who cannot sign in otherwise. */
export function recoveryHandlers(
  parts: RecoveryParts,
): Pick<Handlers, "makeRecoveryCode" | "keepRecoveryCode" | "recoverAccount"> {
  const { store, passwords, rateLimiter, ownerCheck } = parts;
  return {
    async makeRecoveryCode({ login, body, source, origins }) {
      await ownerCheck.check(login, body.proof, { source, origins });
      rateLimiter.take("recoveryCodesPerAccount", login.account);
      const { recoveryCode, codeHash } = await newRecoveryCode(passwords);
      await store.write(async (write) => {
        await requireLogin(write, login);
        await putRecoveryCode(write, login.account, codeHash);
        // Whoever did not make it should know while the code before it still works.
        write.deliver({ account: login.account, message: { type: "devices-changed" } });
      });
      return { recoveryCode };
    },

    keepRecoveryCode: ({ login }) => store.write((write) => noteCodeKept(write, login.account)),

    async recoverAccount({ body, source, ...browser }) {
      const attempt = signInAttempt(rateLimiter, body.handle, source);
      const codes = await store.db
        .selectFrom("account")
        .innerJoin("recovery_code", "recovery_code.account_id", "account.id")
        .select(["account.id", "code_hash"])
        .where("handle", "=", body.handle)
        .where("suspended_at", "is", null)
        .execute();
      const found = await findCode(passwords, body.recoveryCode, codes);
      if (found === undefined) throw wrongRecoveryCode();
      attempt.succeeded();
      const passwordHash = await passwords.hash(body.newPassword);
      const { recoveryCode, codeHash } = await newRecoveryCode(passwords);
      const { id: account, code_hash: usedHash } = found;
      const recovery = { account, usedHash, passwordHash, codeHash };
      const { me } = await signInAs(parts, browser, (write) =>
        recoverAccount(write, parts, recovery),
      );
      return { me, recoveryCode };
    },
  };
}

/** The one that was typed. How long it takes does not tell how many there are, or whether any. */
async function findCode<Code extends { code_hash: string }>(
  passwords: Passwords,
  typed: string,
  codes: readonly Code[],
): Promise<Code | undefined> {
  let found: Code | undefined;
  for (let place = 0; place < serverLimits.recoveryCodesPerAccountMax; place++) {
    const code = codes[place];
    if (await passwords.isRight(typed, code?.code_hash)) found = code;
  }
  return found;
}
