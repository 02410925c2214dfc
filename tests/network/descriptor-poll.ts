import koffi from "koffi";

/** `struct pollfd` and `struct timespec`, <poll.h> and <time.h>. */
const pollBytes = 8;
const eventsAt = 4;
const happenedAt = 6;
const canBeRead = 1;
const timespecBytes = 16;
const second = 1_000_000_000n;

const library = koffi.load(null);
const ppoll: (descriptors: Buffer, count: number, timeout: Buffer | null, mask: null) => number =
  library.func("int ppoll(void *, unsigned long, void *, void *)");

/** Waits in the kernel, ppoll(2), until something can be read. Nothing else runs meanwhile. */
export class DescriptorPoll {
  readonly #descriptors: Buffer;
  readonly #count: number;
  readonly #timeout = Buffer.alloc(timespecBytes);

  constructor(descriptors: readonly number[]) {
    this.#count = descriptors.length;
    this.#descriptors = Buffer.alloc(pollBytes * this.#count);
    for (const [index, descriptor] of descriptors.entries()) {
      this.#descriptors.writeInt32LE(descriptor, index * pollBytes);
      this.#descriptors.writeInt16LE(canBeRead, index * pollBytes + eventsAt);
    }
  }

  /**
   * @param time of `performance.now()`, to a fraction of a millisecond; Infinity waits for ever
   * @returns of each descriptor whether it can be read, or is at its end
   */
  until(time: number): boolean[] {
    const ms = Math.max(0, time - performance.now());
    const timeout = Number.isFinite(ms) ? this.#timespec(ms) : null;
    const happened = ppoll(this.#descriptors, this.#count, timeout, null);
    return Array.from(
      { length: this.#count },
      (_, index) =>
        happened > 0 && this.#descriptors.readInt16LE(index * pollBytes + happenedAt) !== 0,
    );
  }

  #timespec(ms: number): Buffer {
    const nanoseconds = BigInt(Math.ceil(ms * 1e6));
    this.#timeout.writeBigInt64LE(nanoseconds / second, 0);
    this.#timeout.writeBigInt64LE(nanoseconds % second, 8);
    return this.#timeout;
  }
}
