import { hash, verify } from "@node-rs/argon2";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";

/** Argon2id, 19 MiB, two passes, one lane: the least that OWASP recommends. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash that no password has, of the same cost as a real one. */
const nobodysHash = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;

/**
 * Hashes and checks passwords, a few at once and the others in turn, so that any number of people
 * who sign in leave the calls their share of the machine.
 */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * @returns argon2id in its encoded form
   * @throws RefusedError `unavailable` when too many wait already
   */
  async hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, parameters));
  }

  /**
   * Whether the password is the one of this hash. Without a hash the answer is no and takes as long,
   * so that its time does not tell whether somebody has an account.
   *
   * @throws RefusedError `unavailable` when too many wait already
   */
  async isRight(password: string, passwordHash: string | undefined): Promise<boolean> {
    const isSame = await this.#inTurn(() => verify(passwordHash ?? nobodysHash, password));
    return isSame && passwordHash !== undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= serverLimits.passwordHashesAtOnceMax) {
      if (this.#waiting.length >= serverLimits.passwordHashesWaitingMax) {
        throw new RefusedError(
          "unavailable",
          "Many people are signing in at this moment. Try again in a few seconds.",
          { retryAfterSeconds: 5 },
        );
      }
      // Whoever finishes hands its turn over, so the number that runs stays as it is.
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

export function wrongPassword(message: string, field?: string): RefusedError {
  return new RefusedError("wrong-password", message, field === undefined ? {} : { field });
}
