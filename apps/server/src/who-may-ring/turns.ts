import type { AccountId } from "@ringfence/protocol";

/** Lets each account do one thing at a time; what it asks for meanwhile waits its turn. */
export class Turns {
  /** Resolves when the account's latest is done, and never rejects. */
  readonly #latest = new Map<AccountId, Promise<void>>();

  async take<T>(account: AccountId, work: () => Promise<T>): Promise<T> {
    const before = this.#latest.get(account);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    this.#latest.set(account, done);
    await before;
    try {
      return await work();
    } finally {
      resolve();
      if (this.#latest.get(account) === done) this.#latest.delete(account);
    }
  }
}
