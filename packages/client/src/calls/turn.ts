import type { TabLock } from "./tab-lock.ts";

/** What one tab of the profile does at a time, and the next one as soon as that tab is gone. */
export class Turn {
  readonly #lock: TabLock;
  readonly #onBegin: () => void;
  #wanted: AbortController | null = null;
  #release: (() => void) | null = null;

  /** @param onBegin the turn has come to this tab */
  constructor(lock: TabLock, onBegin: () => void) {
    this.#lock = lock;
    this.#onBegin = onBegin;
  }

  get isOurs(): boolean {
    return this.#release !== null;
  }

  /** Waits for the turn and keeps it, or lets go of it. */
  want(isWanted: boolean): void {
    if (isWanted === (this.#wanted !== null)) return;
    if (isWanted) {
      this.#wanted = new AbortController();
      void this.#take(this.#wanted.signal);
    } else {
      this.#wanted?.abort();
      this.#wanted = null;
      this.#release?.();
      this.#release = null;
    }
  }

  async #take(signal: AbortSignal): Promise<void> {
    const release = await this.#lock.hold(signal);
    if (release === null) return;
    if (signal.aborted) {
      release();
      return;
    }
    this.#release = release;
    this.#onBegin();
  }
}
