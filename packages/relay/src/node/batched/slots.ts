import { type Arena, ArenaFault, type Offset } from "./arena.ts";

/** The longest datagram that UDP over IPv4 has is 65,507 bytes; a slot holds more, so none is cut. */
export const datagramBytesMax = 65_536;
/** A Data indication has 48 bytes before its data at most, and ChannelData comes with 4 of them. */
const roomBefore = 64;
/** Padding to a multiple of 4; and a slot holds the longest frame of a `FrameRing`. */
const roomBehind = 64;
const guardBytes = 64;
const guardByte = 0x5a;
/** Not a multiple of a page: packets at one place in every page would share few lines of the cache. */
const stride = roomBefore + datagramBytesMax + roomBehind + guardBytes;

/**
 * The packets of one round. Each slot has room for a datagram, for a longer header before it, and
 * for padding behind it; what leaves a slot is dropped, since next to it is another call's packet.
 */
export class Slots {
  readonly count: number;
  readonly #arena: Arena;
  readonly #first: Offset;

  constructor(arena: Arena, count: number) {
    this.count = count;
    this.#arena = arena;
    this.#first = arena.reserve(count * stride);
    for (let i = 0; i < count; i++) {
      const guard = this.#first + i * stride + stride - guardBytes;
      arena.bytes.fill(guardByte, guard, guard + guardBytes);
    }
  }

  /** Arena bytes that so many slots take. */
  static bytesFor(count: number): number {
    return count * stride + guardBytes;
  }

  /** Where a packet begins that came into a slot. */
  packetAt(slot: number): Offset {
    return this.#first + slot * stride + roomBefore;
  }

  /**
   * Asserts that a packet lies in its slot.
   *
   * @throws ArenaFault
   */
  assertWithin(slot: number, offset: Offset, length: number): void {
    const start = this.#first + slot * stride;
    const isWithin =
      slot >= 0 &&
      slot < this.count &&
      offset >= start &&
      length >= 0 &&
      offset + length <= start + stride - guardBytes;
    if (!isWithin) throw new ArenaFault("a packet outside of its slot");
  }

  /** Whether nobody ever wrote between two slots. */
  areGuardsIntact(): boolean {
    for (let i = 0; i < this.count; i++) {
      const guard = this.#first + i * stride + stride - guardBytes;
      const bytes = this.#arena.bytes.subarray(guard, guard + guardBytes);
      if (bytes.some((byte) => byte !== guardByte)) return false;
    }
    return true;
  }
}
