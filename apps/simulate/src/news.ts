/** Waits for what is true by and by: whoever changes anything says so. */
export class News {
  readonly #waiting = new Set<() => void>();

  tell(): void {
    for (const look of this.#waiting) look();
  }

  /** @returns whether it came true before the time was over or the signal came */
  async until(isTrue: () => boolean, patienceMs: number, signal?: AbortSignal): Promise<boolean> {
    if (isTrue()) return true;
    if (signal?.aborted === true) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = () => {
      if (isTrue()) resolve(true);
    };
    const giveUp = () => resolve(false);
    const timer = setTimeout(giveUp, patienceMs);
    signal?.addEventListener("abort", giveUp, { once: true });
    this.#waiting.add(look);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      this.#waiting.delete(look);
    }
  }
}

/** Ends early, and without a word, when the signal comes. */
export async function pass(waitMs: number, signal: AbortSignal): Promise<void> {
  await new News().until(() => false, waitMs, signal);
}
