/** Chance that can be had again: the same seed gives the same throws. */
export class Dice {
  #state: number;

  /** @param seed a whole number */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** @returns 0 to 1, without 1: mulberry32, which is good enough for people who do not exist */
  throw(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  happens(share: number): boolean {
    return this.throw() < share;
  }

  between(least: number, most: number): number {
    return least + this.throw() * (most - least);
  }

  /** As waits are: many short ones, a few long ones. @param most none is longer */
  around(mean: number, most: number): number {
    return Math.min(most, -Math.log(1 - this.throw()) * mean);
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.throw() * from.length)];
  }
}
