import { type Arena, ArenaFault, type Offset } from "./arena.ts";

/** Sizes of `struct mmsghdr`, `struct iovec` and the longest `struct sockaddr_*` that we use. */
const headerBytes = 64;
const pieceBytes = 16;
const addressBytes = 32;
/** Where things lie in `struct mmsghdr`: recvmmsg(2). */
const at = { address: 0, addressLength: 8, pieces: 16, pieceCount: 24, flags: 48, length: 56 };

/**
 * A vector of `mmsghdr` for `recvmmsg` or `sendmmsg`, each with one piece of data and one address.
 * What points where is laid out once; only where the data lies changes.
 */
export class MessageVector {
  readonly size: number;
  readonly #arena: Arena;
  readonly #headers: Offset;
  readonly #pieces: Offset;
  readonly #addresses: Offset;

  constructor(arena: Arena, size: number) {
    this.size = size;
    this.#arena = arena;
    this.#headers = arena.reserve(size * headerBytes);
    this.#pieces = arena.reserve(size * pieceBytes);
    this.#addresses = arena.reserve(size * addressBytes);
    for (let i = 0; i < size; i++) {
      const header = this.#headers + i * headerBytes;
      arena.writePointer(header + at.address, this.addressAt(i), addressBytes);
      arena.writePointer(header + at.pieces, this.#pieces + i * pieceBytes, pieceBytes);
      arena.setInt32(header + at.pieceCount, 1);
      this.resetAddressLength(i);
    }
  }

  /** The address of the message at an index, for a call. */
  pointer(index: number): number {
    return this.#arena.addressOf(this.#headers + index * headerBytes);
  }

  /**
   * Says where the data of a message lies.
   *
   * @throws ArenaFault where that is not in the arena, or there is no such message
   */
  setData(index: number, offset: Offset, length: number): void {
    if (index < 0 || index >= this.size) throw new ArenaFault("a message outside of its vector");
    const piece = this.#pieces + index * pieceBytes;
    this.#arena.writePointer(piece, offset, length);
    this.#arena.setInt32(piece + 8, length);
  }

  /** Where the `sockaddr` of a message lies. */
  addressAt(index: number): Offset {
    return this.#addresses + index * addressBytes;
  }

  /** How long the `sockaddr` of a message is. */
  setAddressLength(index: number, length: number): void {
    const bounded = Math.min(length, addressBytes);
    this.#arena.setInt32(this.#headers + index * headerBytes + at.addressLength, bounded);
  }

  /** A message that is to be received may have the longest `sockaddr`. */
  resetAddressLength(index: number): void {
    this.setAddressLength(index, addressBytes);
  }

  /** How many bytes were received into a message. */
  received(index: number): number {
    return this.#arena.int32(this.#headers + index * headerBytes + at.length);
  }

  /** The flags that a message was received with. */
  flags(index: number): number {
    return this.#arena.int32(this.#headers + index * headerBytes + at.flags);
  }
}
