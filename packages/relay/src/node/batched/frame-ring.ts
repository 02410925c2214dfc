import { datagramBytesMax } from "./slots.ts";

/** The longest frame: what came as the longest datagram may have a longer header when it leaves. */
export const frameBytesMax = datagramBytesMax + 64;
const headerWords = 2;
const head = 0;
const tail = 1;
const frameHeaderBytes = 8;
/** In place of a frame's length: the frames go on at the ring's beginning. */
const skip = -1;

/**
 * Frames on their way from one thread to another: a ring in shared memory with one writer and one
 * reader, neither of whom ever waits. What does not fit is not taken.
 *
 * `head` and `tail` count bytes and wrap at 2^32; the ring's size is a power of two. The writer
 * moves `tail` after it has written, the reader moves `head` after it has read.
 */
export class FrameRing {
  /** For the other thread. */
  readonly shared: SharedArrayBuffer;
  /** Which stream the frame that was taken last belongs to. */
  stream = 0;
  readonly #counts: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #size: number;
  #seen = 0;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#counts = new Int32Array(shared, 0, headerWords);
    this.#bytes = new Uint8Array(shared, headerWords * 4);
    this.#words = new Int32Array(shared, headerWords * 4);
    this.#size = this.#bytes.length;
  }

  /** @param size in bytes, a power of two */
  static make(size: number): FrameRing {
    return new FrameRing(new SharedArrayBuffer(headerWords * 4 + size));
  }

  /** Whether there is nothing to take. */
  isEmpty(): boolean {
    return Atomics.load(this.#counts, head) === Atomics.load(this.#counts, tail);
  }

  /** Puts the bytes from `start` to `end` in. False where there is no room, or they are too many. */
  put(stream: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length > frameBytesMax) return false;
    const needed = frameHeaderBytes + ((length + 7) & ~7);
    const written = Atomics.load(this.#counts, tail);
    const used = (written - Atomics.load(this.#counts, head)) >>> 0;
    let at = written & (this.#size - 1);
    // A frame is never cut in two: what does not fit before the end begins at the beginning.
    const skipped = at + needed > this.#size ? this.#size - at : 0;
    if (used + skipped + needed > this.#size) return false;
    if (skipped > 0) {
      this.#words[at >> 2] = skip;
      at = 0;
    }
    this.#words[at >> 2] = length;
    this.#words[(at >> 2) + 1] = stream;
    this.#bytes.set(bytes.subarray(start, end), at + frameHeaderBytes);
    Atomics.store(this.#counts, tail, (written + skipped + needed) | 0);
    return true;
  }

  /** For the writer: how many bytes were put in until now, modulo 2^32. */
  written(): number {
    return Atomics.load(this.#counts, tail);
  }

  /** Whether all was taken that was put in until then. */
  isTaken(written: number): boolean {
    return ((Atomics.load(this.#counts, head) - written) | 0) >= 0;
  }

  /** For the writer: whether frames were put in since it asked last. */
  hasGrown(): boolean {
    const written = Atomics.load(this.#counts, tail);
    const hasGrown = written !== this.#seen;
    this.#seen = written;
    return hasGrown;
  }

  /** For the reader: notes what is there. Only that can be taken. */
  look(): void {
    this.#seen = Atomics.load(this.#counts, tail);
  }

  /**
   * Takes the next frame out that was there at the last look, and sets `stream`.
   *
   * @param target with room for `frameBytesMax` at the offset
   * @returns how many bytes were written at the offset; nothing where there is no frame
   */
  take(target: Uint8Array, offset: number): number | undefined {
    let read = Atomics.load(this.#counts, head);
    if (read === this.#seen) return undefined;
    let at = read & (this.#size - 1);
    if (this.#words[at >> 2] === skip) {
      read = (read + this.#size - at) | 0;
      at = 0;
    }
    const length = this.#words[at >> 2] ?? 0;
    this.stream = this.#words[(at >> 2) + 1] ?? 0;
    const first = at + frameHeaderBytes;
    target.set(this.#bytes.subarray(first, first + length), offset);
    const needed = frameHeaderBytes + ((length + 7) & ~7);
    Atomics.store(this.#counts, head, (read + needed) | 0);
    return length;
  }
}
