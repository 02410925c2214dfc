import type { RelayLog } from "../log.ts";

export interface DrainOptions {
  /** Makes the core take no new calls. */
  readonly begin: () => void;
  /** Calls that have an allocation. */
  readonly calls: () => Promise<number>;
  readonly log: RelayLog;
}

/** The end of a relay that lets its calls finish: once begun it takes no new ones. */
export class Drain {
  readonly #options: DrainOptions;
  readonly #done = Promise.withResolvers<void>();
  #phase: "no" | "draining" | "drained" = "no";

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  /** Resolves when it was begun and no call is left. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Says whether it began just now. */
  begin(): boolean {
    if (this.#phase !== "no") return false;
    this.#phase = "draining";
    this.#options.begin();
    void this.#announce();
    return true;
  }

  /** To be called every second or so. */
  async check(): Promise<void> {
    if (!this.#isDraining()) return;
    const calls = await this.#options.calls();
    // Another check may have found the same in the meantime.
    if (calls > 0 || !this.#isDraining()) return;
    this.#phase = "drained";
    this.#options.log.info({}, "relay drained: it serves no call any more");
    this.#done.resolve();
  }

  #isDraining(): boolean {
    return this.#phase === "draining";
  }

  async #announce(): Promise<void> {
    const { calls, log } = this.#options;
    log.info({ calls: await calls() }, "relay draining: it takes no new calls");
  }
}
