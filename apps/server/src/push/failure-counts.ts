import { serverLimits } from "../limits.ts";

/** How often in a row pushes to an endpoint failed. In memory, for a bounded number of endpoints. */
export class FailureCounts {
  readonly #counts = new Map<string, number>();

  /** Counts one; whether that was one too many, after which it is forgotten. */
  add(endpoint: string): boolean {
    const count = (this.#counts.get(endpoint) ?? 0) + 1;
    // Behind all others: the first of a map is the one that did not fail for longest.
    this.#counts.delete(endpoint);
    if (count >= serverLimits.pushFailuresInRowMax) return true;
    this.#counts.set(endpoint, count);
    const oldest = this.#counts.keys().next();
    if (this.#counts.size > serverLimits.rateKeysMax && oldest.done === false) {
      this.#counts.delete(oldest.value);
    }
    return false;
  }

  forget(endpoint: string): void {
    this.#counts.delete(endpoint);
  }
}
