import { networkOf } from "./request-source.ts";

/**
 * Counts open connections by the network that they come from, so that none takes all there are. It
 * is known in memory alone, and for no longer than one of its connections is open.
 */
export class OpenConnections {
  readonly #perSourceMax: number;
  readonly #counts = new Map<string, number>();

  constructor({ perSourceMax }: { perSourceMax: number }) {
    this.#perSourceMax = perSourceMax;
  }

  /**
   * @returns the place of one more connection, to be disposed when it closes; null where its source
   * has as many as one may
   */
  take(address: string): Disposable | null {
    const source = networkOf(address);
    const count = this.#counts.get(source) ?? 0;
    if (count >= this.#perSourceMax) return null;
    this.#counts.set(source, count + 1);
    return { [Symbol.dispose]: () => this.#release(source) };
  }

  #release(source: string): void {
    const left = (this.#counts.get(source) ?? 0) - 1;
    if (left > 0) this.#counts.set(source, left);
    else this.#counts.delete(source);
  }
}
