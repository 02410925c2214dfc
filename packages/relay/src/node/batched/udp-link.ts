import { isIP } from "node:net";
import { shellLimits } from "../../limits.ts";
import type { Arena, Offset } from "./arena.ts";
import { MessageVector } from "./message-vector.ts";
import { portAt, socketAddressBytes, writeSocketAddress } from "./socket-address.ts";
import { constant, errorNumber, type SystemCalls } from "./system-calls.ts";

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

  constructor(arena: Arena, calls: SystemCalls, batch: number) {
    this.#arena = arena;
    this.#calls = calls;
    this.#vector = new MessageVector(arena, batch);
    this.#scratch = arena.reserve(64);
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
    this.#vector.setAddressLength(index, isIpv4 ? ipv4 : ipv6);
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
    for (let next = 0; next < queued;) {
      const sent = this.#calls.sendMessages(this.socket, this.#vector.pointer(next), queued - next);
      if (sent > 0) {
        next += sent;
      } else if (sent === -errorNumber.tryAgain) {
        // The socket's buffer is full, and would be for the rest: late media is worthless.
        return refused + queued - next;
      } else if (sent !== -errorNumber.interrupted) {
        // This one's receiver cannot be reached, or it is too long for the way: the next may pass.
        refused++;
        next++;
      }
    }
    return refused;
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
