import { writeSync } from "node:fs";

const asleep = 0;
const orders = 1;
const allocations = 2;
const announcements = 3;
const words = 4;

/**
 * What the thread that moves packets and the main thread know of each other without asking: four
 * words of shared memory.
 */
export class Doorbell {
  /** For the other thread. */
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  #ordersTaken = 0;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(words * 4)) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
  }

  /**
   * The mover is about to wait. Whoever leaves something for it from now on wakes it. What was left
   * before nobody tells it, so it has to look once more after this.
   */
  lieDown(): void {
    Atomics.store(this.#words, asleep, 1);
  }

  getUp(): void {
    Atomics.store(this.#words, asleep, 0);
  }

  /** Something was left for the mover. Says whether it has to be woken: once for each sleep. */
  ring(): boolean {
    return Atomics.exchange(this.#words, asleep, 0) === 1;
  }

  /** An order was posted to the mover. */
  countOrder(): void {
    Atomics.add(this.#words, orders, 1);
  }

  /** For the mover: whether orders were posted that it has not taken. */
  hasOrders(): boolean {
    return Atomics.load(this.#words, orders) !== this.#ordersTaken;
  }

  /** The mover takes all orders that were posted until now. Says whether there are any. */
  takeOrders(): boolean {
    const posted = Atomics.load(this.#words, orders);
    const hasOrders = posted !== this.#ordersTaken;
    this.#ordersTaken = posted;
    return hasOrders;
  }

  /** How many allocations the core holds. */
  get allocations(): number {
    return Atomics.load(this.#words, allocations);
  }

  set allocations(count: number) {
    Atomics.store(this.#words, allocations, count);
  }

  /** The mover has left frames for the main thread. */
  announceFrames(): void {
    Atomics.add(this.#words, announcements, 1);
    Atomics.notify(this.#words, announcements);
  }

  /** How often frames were announced, modulo 2^32. */
  announcements(): number {
    return Atomics.load(this.#words, announcements);
  }

  /** Resolves when frames are announced that were not counted before. */
  async untilAnnounced(counted: number): Promise<void> {
    await Atomics.waitAsync(this.#words, announcements, counted).value;
  }
}

/** Wakes the thread that waits for an eventfd: eventfd(2) takes eight bytes, a number to add. */
export function wake(event: number): void {
  writeSync(event, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
}
