import type { OwnerProof } from "@ringfence/protocol";
import { type Login, notSignedIn } from "../accounts/logins.ts";
import { type Passwords, wrongPassword } from "../accounts/passwords.ts";
import { signInAttempt } from "../accounts/sign-in-attempt.ts";
import { RefusedError } from "../errors.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { serverLimits } from "../limits.ts";
import type { Challenges } from "../passkeys/challenges.ts";
import { openByPasskey } from "../passkeys/open-by-passkey.ts";
import { notePasskeyUse } from "../passkeys/passkeys.ts";
import { passkeyRefused } from "../passkeys/verify-passkey.ts";
import type { Reader, Store } from "../store/store.ts";

interface OwnerCheckParts {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly rateLimiter: RateLimiter;
  readonly challenges: Challenges;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** Where a request comes from, and what origins its page may have. */
interface Asker {
  readonly source: string;
  readonly origins: readonly string[];
}

/**
 * Asks whoever changes how an account is opened who they are: a device that somebody left signed in
 * must not be enough to keep the account.
 */
export class OwnerCheck {
  readonly #parts: OwnerCheckParts;

  constructor(parts: OwnerCheckParts) {
    this.#parts = parts;
  }

  /**
   * @param proof null is enough within `freshLoginMs` after signing in
   * @throws RefusedError `proof-needed`, `wrong-password`, `passkey-refused`
   */
  async check(login: Login, proof: OwnerProof | null, asker: Asker): Promise<void> {
    if (proof === null) {
      if (await asksForProof(this.#parts.store.db, login, this.#parts.now())) throw proofNeeded();
    } else if (proof.type === "password") await this.#checkPassword(login, proof.password, asker);
    else await this.#checkPasskey(login, proof.assertion, asker);
  }

  async #checkPassword(login: Login, password: string, { source }: Asker): Promise<void> {
    const { store, passwords, rateLimiter } = this.#parts;
    const account = await store.db
      .selectFrom("account")
      .select(["handle", "password_hash"])
      .where("id", "=", login.account)
      .executeTakeFirstOrThrow(notSignedIn);
    // Counted with sign-ins: a guess is a guess, wherever it is made.
    const attempt = signInAttempt(rateLimiter, account.handle, source);
    if (!(await passwords.isRight(password, account.password_hash))) {
      throw wrongPassword("The password is wrong. Nothing was changed.", "password");
    }
    attempt.succeeded();
  }

  async #checkPasskey(
    login: Login,
    assertion: Extract<OwnerProof, { type: "passkey" }>["assertion"],
    { source, origins }: Asker,
  ): Promise<void> {
    const { store, rateLimiter } = this.#parts;
    rateLimiter.take("signInsPerSource", source);
    const { passkey, counter } = await openByPasskey(this.#parts, assertion, origins);
    if (passkey.account !== login.account) throw passkeyRefused();
    rateLimiter.giveBack("signInsPerSource", source);
    await store.write((write) => notePasskeyUse(write, passkey, counter));
  }
}

/** Whether the device signed in too long ago to be believed without another word. */
export async function asksForProof(db: Reader, login: Login, now: number): Promise<boolean> {
  const fresh = await db
    .selectFrom("login")
    .select("device_id")
    .where("device_id", "=", login.device)
    .where("created_at", ">", now - serverLimits.freshLoginMs)
    .executeTakeFirst();
  return fresh === undefined;
}

function proofNeeded(): RefusedError {
  return new RefusedError(
    "proof-needed",
    "This device signed in a while ago. Type your password, or use a passkey.",
    { field: "password" },
  );
}
