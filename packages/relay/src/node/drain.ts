import type { RelayLog } from "../log.ts";

export interface DrainOptions {
  /** Makes the core take no new calls. */
  readonly begin: () => void;
  /** Calls that have an allocation. */
  readonly calls: () => number;
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
    const { begin, calls, log } = this.#options;
    this.#phase = "draining";
    begin();
    log.info({ calls: calls() }, "relay draining: it takes no new calls");
    return true;
  }

  /** To be called every second or so. */
  check(): void {
    if (this.#phase !== "draining" || this.#options.calls() > 0) return;
    this.#phase = "drained";
    this.#options.log.info({}, "relay drained: it serves no call any more");
    this.#done.resolve();
  }
}
