import { vi } from "vitest";

/** So many turns of the event loop without anything new: what was begun has ended. */
const quietTurns = 10;
const stepMs = 100;

/** Moves the clock of everything in this process, and waits in between until all is done that follows. */
export class Busyness {
  #begun = 0;
  #running = 0;
  /** Counts what else may not be forgotten, such as messages. */
  readonly #traffic: () => number;

  constructor(traffic: () => number) {
    this.#traffic = traffic;
  }

  /** Something that takes its time, whatever the clock says. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.#begun += 1;
    this.#running += 1;
    try {
      return await work;
    } finally {
      this.#running -= 1;
    }
  }

  async settle(): Promise<void> {
    let before = "";
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = `${this.#begun} ${this.#traffic()}`;
      if (this.#running > 0 || now !== before) quiet = 0;
      before = now;
    }
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      vi.advanceTimersByTime(Math.min(stepMs, ms - passed));
      await this.settle();
    }
  }

  /** @returns whether it became true within that time of the clock */
  async until(isTrue: () => boolean, withinMs: number): Promise<boolean> {
    await this.settle();
    for (let passed = 0; passed < withinMs && !isTrue(); passed += stepMs) await this.pass(stepMs);
    return isTrue();
  }
}
