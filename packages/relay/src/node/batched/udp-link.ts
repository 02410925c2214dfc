import { isIP } from "node:net";
import { shellLimits } from "../../limits.ts";
import type { Arena, Offset } from "./arena.ts";
import { MessageVector } from "./message-vector.ts";
import { portAt, socketAddressBytes, writeSocketAddress } from "./socket-address.ts";
import { constant, errorNumber, type SystemCalls } from "./system-calls.ts";

/** More in one message, or longer ones, would not fit into any datagram or any MTU of the internet. */
const segmentsMax = 40;
const segmentBytesMax = 1_472;

/**
 * One local address: its socket, and the packets of this round that leave by it. It is made once and
 * can be opened again for another address, since an arena gives nothing back.
 */
export class UdpLink {
  /** The local address, or nothing while it is closed. */
  address: string | undefined;
  socket = -1;
  readonly #arena: Arena;
  readonly #calls: SystemCalls;
  readonly #vector: MessageVector;
  readonly #scratch: Offset;
  #queued = 0;
  readonly #lengths: Int32Array;
  readonly #addressLengths: Int32Array;
  readonly #ends: Int32Array;
  /** Whether the devices that this link leads over take segments, as far as is known. */
  #canSegment = true;

  constructor(arena: Arena, calls: SystemCalls, batch: number) {
    this.#arena = arena;
    this.#calls = calls;
    this.#vector = new MessageVector(arena, batch);
    this.#scratch = arena.reserve(64);
    this.#lengths = new Int32Array(batch);
    this.#addressLengths = new Int32Array(batch);
    this.#ends = new Int32Array(batch);
  }

  /**
   * Opens a socket and binds it.
   *
   * @returns the port; or the negative of an error number
   */
  open(address: string, port: number): number {
    const isIpv6 = isIP(address) === 6;
    const socket = this.#calls.openSocket(isIpv6 ? constant.familyIpv6 : constant.familyIpv4);
    if (socket < 0) return socket;
    if (isIpv6) this.#setOption(socket, constant.levelIpv6, constant.ipv6Only, 1);
    this.#setBuffer(socket, constant.receiveBufferForce, constant.receiveBuffer);
    this.#setBuffer(socket, constant.sendBufferForce, constant.sendBuffer);
    const length = writeSocketAddress(this.#arena, this.#scratch, address, port);
    const bound = this.#calls.bind(socket, this.#arena.addressOf(this.#scratch), length);
    const named = bound < 0 ? bound : this.#readPort(socket);
    if (named < 0) {
      this.#calls.close(socket);
      return named;
    }
    this.socket = socket;
    this.address = address;
    return named;
  }

  close(): void {
    if (this.socket >= 0) this.#calls.close(this.socket);
    this.socket = -1;
    this.address = undefined;
    this.#queued = 0;
  }

  /**
   * Puts a packet behind those that leave with the next `flush`. There is room for one of each slot.
   *
   * @returns where its receiver's `sockaddr` is to be written, in seven words
   * @throws ArenaFault
   */
  queue(offset: Offset, length: number, isIpv4: boolean): Offset {
    const index = this.#queued;
    this.#vector.setData(index, offset, length);
    const { ipv4, ipv6 } = socketAddressBytes;
    this.#lengths[index] = length;
    this.#addressLengths[index] = isIpv4 ? ipv4 : ipv6;
    this.#queued = index + 1;
    return this.#vector.addressAt(index);
  }

  /** Puts a packet for a receiver that is known by its name behind those that leave. */
  queueTo(offset: Offset, length: number, address: string, port: number): void {
    const at = this.queue(offset, length, isIP(address) === 4);
    writeSocketAddress(this.#arena, at, address, port);
  }

  /** Sends what is queued. Returns how many packets the kernel did not take. */
  flush(): number {
    const queued = this.#queued;
    this.#queued = 0;
    let refused = 0;
    let aloneUntil = 0;
    for (let next = 0; next < queued;) {
      const messages = this.#gather(next, queued, aloneUntil);
      const sent = this.#calls.sendMessages(this.socket, this.#vector.pointer(0), messages);
      if (sent > 0) {
        next = this.#ends[sent - 1] ?? queued;
      } else if (sent === -errorNumber.tryAgain) {
        // The socket's buffer is full, and would be for the rest: late media is worthless.
        return refused + queued - next;
      } else if (sent !== -errorNumber.interrupted) {
        const end = this.#ends[0] ?? queued;
        if (sent === -errorNumber.inputOutput) this.#canSegment = false;
        if (end - next > 1) {
          // Several in one may be too much for this way, where each of them is not.
          aloneUntil = end;
        } else {
          // This one's receiver cannot be reached, or it is too long for the way: the next may pass.
          refused++;
          next++;
        }
      }
    }
    return refused;
  }

  /**
   * Makes messages of the packets from `first` on: one of each row of packets that are alike, which
   * the kernel takes through itself as one and cuts at the end (`UDP_SEGMENT`). Video comes in rows.
   *
   * @param aloneUntil before it, each packet is a message of its own
   * @returns how many messages; `#ends` says behind which packet each of them ends
   */
  #gather(first: number, queued: number, aloneUntil: number): number {
    let messages = 0;
    for (let start = first, end = first; start < queued; start = end) {
      for (end = start + 1; end < queued && end >= aloneUntil; end++) {
        if (!this.#isAlike(start, end)) break;
      }
      const segmentBytes = end - start > 1 ? (this.#lengths[start] ?? 0) : 0;
      const addressLength = this.#addressLengths[start] ?? 0;
      this.#vector.gather(messages, start, end - start, addressLength, segmentBytes);
      this.#ends[messages++] = end;
    }
    return messages;
  }

  /** Whether a packet can be another segment behind those from `start` on. */
  #isAlike(start: number, index: number): boolean {
    const segmentBytes = this.#lengths[start] ?? 0;
    const length = this.#lengths[index] ?? 0;
    if (!this.#canSegment || length > segmentBytes || length === 0) return false;
    // Only the last one may be shorter.
    if (this.#lengths[index - 1] !== segmentBytes) return false;
    if (segmentBytes > segmentBytesMax || index - start >= segmentsMax) return false;
    if (this.#addressLengths[start] !== this.#addressLengths[index]) return false;
    const one = this.#vector.addressAt(start) >> 2;
    const other = this.#vector.addressAt(index) >> 2;
    const { words } = this.#arena;
    for (let i = 0; i < socketAddressBytes.ipv6 / 4; i++) {
      if (words[one + i] !== words[other + i]) return false;
    }
    return true;
  }

  #readPort(socket: number): number {
    const length = this.#scratch + 32;
    this.#arena.setInt32(length, socketAddressBytes.ipv6);
    const named = this.#calls.socketName(
      socket,
      this.#arena.addressOf(this.#scratch),
      this.#arena.addressOf(length),
    );
    return named < 0 ? named : portAt(this.#arena, this.#scratch);
  }

  /** As root, beyond what the system allows to others: a burst waits in it while others are served. */
  #setBuffer(socket: number, force: number, plain: number): void {
    const { udpBufferBytes } = shellLimits;
    if (this.#setOption(socket, constant.levelSocket, force, udpBufferBytes) >= 0) return;
    this.#setOption(socket, constant.levelSocket, plain, udpBufferBytes);
  }

  #setOption(socket: number, level: number, option: number, value: number): number {
    this.#arena.setInt32(this.#scratch, value);
    const address = this.#arena.addressOf(this.#scratch);
    return this.#calls.setOption(socket, level, option, address, 4);
  }
}
