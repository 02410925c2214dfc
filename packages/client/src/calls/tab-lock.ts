/**
 * Something that one tab of the profile holds at a time (Web Locks). It is let go when the tab
 * closes or crashes, and the next tab that waits gets it.
 */
export class TabLock {
  readonly #locks: LockManager | null;
  readonly #name: string;
  #isHeld = false;
  /** A lock that is let go is free a while later. */
  #lettingGo: Promise<void> = Promise.resolve();

  /** @param locks null where the platform has none: then every tab stands for itself */
  constructor(locks: LockManager | null, name: string) {
    this.#locks = locks;
    this.#name = name;
  }

  /** @returns lets go; null where another tab holds it */
  async tryHold(): Promise<(() => void) | null> {
    // Asked at once, this tab would take its own lock for that of another.
    await this.#lettingGo;
    return this.#request({ ifAvailable: true });
  }

  /** Whether another tab holds it now. */
  async isHeldElsewhere(): Promise<boolean> {
    if (this.#isHeld) return false;
    const release = await this.tryHold();
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

  #request(options: LockOptions): Promise<(() => void) | null> {
    if (this.#locks === null) return Promise.resolve(() => {});
    const { promise, resolve } = Promise.withResolvers<(() => void) | null>();
    const over = this.#locks
      .request(this.#name, options, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        const held = Promise.withResolvers<void>();
        this.#isHeld = true;
        resolve(() => {
          this.#isHeld = false;
          this.#lettingGo = over;
          held.resolve();
        });
        return held.promise;
      })
      // The signal, or a page that is going away.
      .catch(() => resolve(null));
    return promise;
  }
}
