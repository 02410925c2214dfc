/** How often a value fell where: the buckets of Prometheus, without its library. */
export class Histogram {
  /** Each bucket's upper bound, inclusive, in ascending order. */
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#count++;
    this.#sum += value;
    const index = this.bounds.findIndex((bound) => value <= bound);
    if (index !== -1) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** What fell at or below each bound; how many there were in all, and their sum. */
  read(): { atMost: (readonly [bound: number, count: number])[]; count: number; sum: number } {
    let below = 0;
    const atMost = this.bounds.map((bound, index) => {
      below += this.#counts[index] ?? 0;
      return [bound, below] as const;
    });
    return { atMost, count: this.#count, sum: this.#sum };
  }
}
