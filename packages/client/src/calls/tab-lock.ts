import { clientLimits } from "../limits.ts";

/**
 * Something that one tab of the profile holds at a time (Web Locks). It is let go when the tab
 * closes or crashes, and the next tab that waits gets it.
 */
export class TabLock {
  readonly #locks: LockManager | null;
  readonly #name: string;
  #isHeld = false;

  /** @param locks null where the platform has none: then every tab stands for itself */
  constructor(locks: LockManager | null, name: string) {
    this.#locks = locks;
    this.#name = name;
  }

  /** @returns lets go; null where another tab holds it */
  tryHold(): Promise<(() => void) | null> {
    return this.#try("exclusive");
  }

  /** Whether another tab holds it now. */
  async isHeldElsewhere(): Promise<boolean> {
    if (this.#isHeld) return false;
    // Many tabs may look at once, and none of them holds it from the others.
    const release = await this.#try("shared");
    release?.();
    return release === null;
  }

  /** Waits for its turn. @returns lets go; null where the signal came first */
  async hold(signal: AbortSignal): Promise<(() => void) | null> {
    const release = await this.#request({ signal });
    if (release === null || !signal.aborted) return release;
    release();
    return null;
  }

  /** Waits until no tab holds it. @returns false where the signal came first */
  async untilFree(signal: AbortSignal): Promise<boolean> {
    const release = await this.#request({ signal, mode: "shared" });
    release?.();
    return release !== null;
  }

  /** What is free is had however slow the machine is; what is not may be a moment later. */
  async #try(mode: LockMode): Promise<(() => void) | null> {
    const atOnce = await this.#request({ mode, ifAvailable: true });
    return atOnce ?? this.#request({ mode, signal: AbortSignal.timeout(clientLimits.tabLockMs) });
  }

  #request(options: LockOptions): Promise<(() => void) | null> {
    if (this.#locks === null) return Promise.resolve(() => {});
    const { promise, resolve } = Promise.withResolvers<(() => void) | null>();
    const isExclusive = options.mode !== "shared";
    this.#locks
      .request(this.#name, options, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        const held = Promise.withResolvers<void>();
        if (isExclusive) this.#isHeld = true;
        resolve(() => {
          if (isExclusive) this.#isHeld = false;
          held.resolve();
        });
        return held.promise;
      })
      // The signal; or a platform that has locks and lets this page have none.
      .catch(() => resolve(options.signal?.aborted === true ? null : () => {}));
    return promise;
  }
}
