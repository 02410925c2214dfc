import { type Arena, ArenaFault, type Offset } from "./arena.ts";

/** Sizes of `struct mmsghdr`, `struct iovec`, the longest `struct sockaddr_*` and a `cmsghdr`. */
const headerBytes = 64;
const pieceBytes = 16;
const addressBytes = 32;
const controlBytes = 24;
/** Where things lie in `struct mmsghdr`: recvmmsg(2). */
const at = {
  address: 0,
  addressLength: 8,
  pieces: 16,
  pieceCount: 24,
  control: 32,
  controlLength: 40,
  flags: 48,
  length: 56,
};
/** `SOL_UDP` and `UDP_SEGMENT`: udp(7). */
const levelUdp = 17;
const segmentSize = 103;

/**
 * A vector of `mmsghdr` for `recvmmsg` or `sendmmsg`. Each has one piece of data and one address at
 * first, which is how packets are received; to be sent, several pieces can be one message.
 */
export class MessageVector {
  readonly size: number;
  readonly #arena: Arena;
  readonly #headers: Offset;
  readonly #pieces: Offset;
  readonly #addresses: Offset;
  readonly #controls: Offset;

  constructor(arena: Arena, size: number) {
    this.size = size;
    this.#arena = arena;
    this.#headers = arena.reserve(size * headerBytes);
    this.#pieces = arena.reserve(size * pieceBytes);
    this.#addresses = arena.reserve(size * addressBytes);
    this.#controls = arena.reserve(size * controlBytes);
    for (let i = 0; i < size; i++) {
      this.#point(i, i, 1);
      this.resetAddressLength(i);
      // CMSG_LEN(2), of the two bytes in which a segment's size stands.
      arena.setInt32(this.#controls + i * controlBytes, 18);
      arena.setInt32(this.#controls + i * controlBytes + 8, levelUdp);
      arena.setInt32(this.#controls + i * controlBytes + 12, segmentSize);
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

  /**
   * Makes one message of several pieces in a row, which go to the address of the first.
   *
   * @param segmentBytes how long the packets are that the kernel cuts it into again, the last of them
   *   perhaps shorter; 0 where it is one packet
   */
  gather(
    index: number,
    first: number,
    count: number,
    addressLength: number,
    segmentBytes: number,
  ): void {
    if (index < 0 || first < index || count < 1 || first + count > this.size) {
      throw new ArenaFault("a message outside of its vector");
    }
    const header = this.#headers + index * headerBytes;
    const control = this.#controls + index * controlBytes;
    this.#point(index, first, count);
    this.setAddressLength(index, addressLength);
    this.#arena.setInt32(control + 16, segmentBytes);
    this.#arena.setInt32(header + at.controlLength, segmentBytes > 0 ? controlBytes : 0);
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

  #point(index: number, first: number, count: number): void {
    const arena = this.#arena;
    const header = this.#headers + index * headerBytes;
    const pieces = this.#pieces + first * pieceBytes;
    const control = this.#controls + index * controlBytes;
    arena.writePointer(header + at.address, this.addressAt(first), addressBytes);
    arena.writePointer(header + at.pieces, pieces, count * pieceBytes);
    arena.setInt32(header + at.pieceCount, count);
    arena.writePointer(header + at.control, control, controlBytes);
  }
}
