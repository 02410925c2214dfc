import type { LoopEnds, LoopOutcome } from "../src/connection-test/measure-loop.ts";
import { type Transport, transportOf } from "../src/connection-test/transport.ts";

/** Loop calls that end when the test says so. */
export class TestLoops {
  readonly begun = new Map<Transport, LoopEnds>();
  readonly #ends = new Map<Transport, (outcome: LoopOutcome) => void>();
  readonly #waiting = new Set<() => void>();

  async measure(ends: LoopEnds, signal: AbortSignal): Promise<LoopOutcome> {
    const transport = transportOf(ends.caller.urls[0] ?? "");
    const { promise, resolve } = Promise.withResolvers<LoopOutcome>();
    signal.addEventListener("abort", () => resolve({ state: "no-media" }));
    this.begun.set(transport, ends);
    this.#ends.set(transport, resolve);
    for (const tell of this.#waiting) tell();
    return promise;
  }

  /** Once it has begun. */
  async end(transport: Transport, outcome: LoopOutcome): Promise<void> {
    while (!this.#ends.has(transport)) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    this.#ends.get(transport)?.(outcome);
    this.#ends.delete(transport);
  }
}
