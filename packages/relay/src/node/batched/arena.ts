/** Between regions lie bytes that nobody has a reason to touch. */
const guardBytes = 64;
const guardByte = 0xa5;

/** A place in an arena: bytes from its beginning. */
export type Offset = number;

/** A packet would have left its room. It is a broken program, and the packet is dropped. */
export class ArenaFault extends Error {
  override readonly name = "ArenaFault";
}

/**
 * One piece of memory that the kernel reads and writes beside us, cut into regions that are never
 * given back.
 *
 * Why nothing outside of it is touched: JavaScript cannot, because a typed array checks every index.
 * The kernel could, because it follows the addresses that it finds in `iovec` and `msghdr`. Those
 * are written by `writePointer` alone, which takes a region's own offset and length and asserts that
 * the whole of it lies in the arena; lengths are written beside it, by the same callers.
 */
export class Arena {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** Where the first byte lies in the memory of this process. */
  readonly #address: number;
  readonly #guards: Offset[] = [];
  #used = 0;

  /**
   * @param buffer must not move nor be freed while a call of the kernel can see it
   * @param address of the buffer's first byte, a multiple of 8
   */
  constructor(buffer: ArrayBuffer, address: number) {
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.#address = address;
    this.#guard();
  }

  /** Cuts off a region of zeros whose offset is a multiple of 64. */
  reserve(length: number): Offset {
    const offset = this.#used;
    this.#used += Math.ceil(length / 64) * 64;
    this.#guard();
    return offset;
  }

  /** The address of a region, as a call takes it. */
  addressOf(offset: Offset): number {
    return this.#address + offset;
  }

  /**
   * Writes the address of a region into eight bytes of the arena.
   *
   * @param at where to, a multiple of 4
   * @throws ArenaFault where any byte of the region is outside
   */
  writePointer(at: Offset, offset: Offset, length: number): void {
    if (offset < 0 || length < 0 || offset + length > this.bytes.length) {
      throw new ArenaFault("a region outside of the arena");
    }
    const pointer = this.#address + offset;
    this.words[at >> 2] = pointer;
    this.words[(at >> 2) + 1] = pointer / 2 ** 32;
  }

  uint8(offset: Offset): number {
    const value = this.bytes[offset];
    if (value === undefined) throw new ArenaFault("a byte outside of the arena");
    return value;
  }

  /** Two bytes in network order. */
  uint16(offset: Offset): number {
    return (this.uint8(offset) << 8) | this.uint8(offset + 1);
  }

  /** Four bytes as this machine has them; the offset is a multiple of 4. */
  int32(offset: Offset): number {
    const value = this.words[offset >> 2];
    if (value === undefined) throw new ArenaFault("a word outside of the arena");
    return value;
  }

  setInt32(offset: Offset, value: number): void {
    this.words[offset >> 2] = value;
  }

  /** Whether nobody ever wrote between two regions. */
  areGuardsIntact(): boolean {
    return this.#guards.every((guard) =>
      this.bytes.subarray(guard, guard + guardBytes).every((byte) => byte === guardByte),
    );
  }

  #guard(): void {
    const end = this.#used + guardBytes;
    if (end > this.bytes.length) throw new ArenaFault("the arena is too small for its regions");
    this.bytes.fill(guardByte, this.#used, end);
    this.#guards.push(this.#used);
    this.#used = end;
  }
}
