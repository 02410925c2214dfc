import type { Arena } from "../node/batched/arena.ts";
import { addressAt, portAt, writeSocketAddress } from "../node/batched/socket-address.ts";
import { errorNumber, type SystemCalls } from "../node/batched/system-calls.ts";

/** A datagram, and the other end of it. */
export interface KernelPacket {
  readonly address: string;
  readonly port: number;
  readonly bytes: Uint8Array;
}

interface KernelMessage {
  readonly at: number;
  readonly name: number;
  readonly pieces: readonly { readonly data: number; readonly length: number }[];
}

const badAddress = -14;
const tooLong = -90;
const noBuffers = -105;
const datagramBytesMax = 65_507;

/**
 * The kernel as far as the batched data path knows it, in memory: it follows the structures in an
 * arena as the real one does, by addresses, and refuses those that lead out of it.
 */
export class MemoryKernel implements SystemCalls {
  /** What was sent, in order. */
  readonly sent: (KernelPacket & { readonly socket: number })[] = [];
  /** How many addresses led out of the arena. */
  faults = 0;
  /** 0 to 1: which call of sendmmsg fails, and how. Nothing fails by itself. */
  misfortune: () => number = () => 1;
  /** How many messages it took to send. */
  messages = 0;
  /** Whether its devices cut a message into segments. */
  takesSegments = true;
  readonly #arena: Arena;
  readonly #base: number;
  readonly #inboxes = new Map<number, KernelPacket[]>();
  #opened = 2;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#base = arena.addressOf(0);
  }

  /** Lets a datagram arrive at a socket. */
  deliver(socket: number, packet: KernelPacket): void {
    this.#inboxes.get(socket)?.push(packet);
  }

  receiveMessages(socket: number, vector: number, length: number): number {
    const inbox = this.#inboxes.get(socket) ?? [];
    if (inbox.length === 0) return -errorNumber.tryAgain;
    const count = Math.min(inbox.length, length);
    for (const [i, packet] of inbox.splice(0, count).entries()) {
      if (!this.#receive(vector + 64 * i, packet)) return badAddress;
    }
    return count;
  }

  sendMessages(socket: number, vector: number, length: number): number {
    const fate = this.misfortune();
    if (fate < 0.01) return -errorNumber.interrupted;
    if (fate < 0.02) return noBuffers;
    if (fate < 0.03) return -errorNumber.tryAgain;
    const count = fate < 0.1 ? Math.ceil(length / 2) : length;
    for (let i = 0; i < count; i++) {
      const error = this.#send(socket, vector + 64 * i);
      if (error < 0) return i === 0 ? error : i;
    }
    return count;
  }

  poll(descriptors: number, count: number): number {
    const entries = this.#region(descriptors, 8 * count);
    if (entries === undefined) return badAddress;
    for (let i = 0; i < count; i++) {
      const at = entries + 8 * i;
      const isReadable = (this.#inboxes.get(this.#arena.int32(at)) ?? []).length > 0;
      this.#arena.setInt32(at + 4, isReadable ? 0x1_0001 : 1);
    }
    return 0;
  }

  openSocket(): number {
    this.#inboxes.set(++this.#opened, []);
    return this.#opened;
  }

  bind(): number {
    return 0;
  }

  socketName(_: number, address: number): number {
    const at = this.#region(address, 28);
    return at === undefined ? badAddress : writeSocketAddress(this.#arena, at, "::", 8_480);
  }

  setOption(): number {
    return 0;
  }

  openEvent(): number {
    return ++this.#opened;
  }

  read(): number {
    return 8;
  }

  close(descriptor: number): number {
    this.#inboxes.delete(descriptor);
    return 0;
  }

  #receive(header: number, { address, port, bytes }: KernelPacket): boolean {
    const message = this.#message(header);
    if (message === undefined) return false;
    const { at, name, pieces } = message;
    const [{ data, length: dataLength } = { data: 0, length: 0 }] = pieces;
    this.#arena.bytes.set(bytes.subarray(0, dataLength), data);
    const nameLength = writeSocketAddress(this.#arena, name, address, port);
    if (nameLength > this.#arena.int32(at + 8)) this.faults++;
    this.#arena.setInt32(at + 8, nameLength);
    this.#arena.setInt32(at + 48, bytes.length > dataLength ? 0x20 : 0);
    this.#arena.setInt32(at + 56, Math.min(bytes.length, dataLength));
    return true;
  }

  #send(socket: number, header: number): number {
    const message = this.#message(header);
    if (message === undefined) return badAddress;
    const { at, name, pieces } = message;
    const bytes = Buffer.concat(
      pieces.map(({ data, length }) => this.#arena.bytes.subarray(data, data + length)),
    );
    if (bytes.length > datagramBytesMax) return tooLong;
    const segmentBytes = this.#segmentBytes(at) ?? bytes.length;
    const address = addressAt(this.#arena, name);
    const port = portAt(this.#arena, name);
    if (segmentBytes < bytes.length && !this.takesSegments) return -errorNumber.inputOutput;
    this.messages++;
    for (let start = 0; start === 0 || start < bytes.length; start += segmentBytes) {
      const segment = bytes.subarray(start, start + segmentBytes);
      this.sent.push({ socket, address, port, bytes: segment });
      if (segmentBytes === 0) break;
    }
    return 0;
  }

  /** What UDP_SEGMENT says, if it is there. */
  #segmentBytes(header: number): number | undefined {
    if (this.#arena.int32(header + 40) === 0) return undefined;
    const control = this.#region(this.#pointer(header + 32), this.#arena.int32(header + 40));
    if (control === undefined) return undefined;
    const [length, , level, type] = this.#arena.words.subarray(control >> 2, (control >> 2) + 4);
    if (length !== 18 || level !== 17 || type !== 103) this.faults++;
    return this.#arena.int32(control + 16) & 0xffff;
  }

  /** `struct mmsghdr`: see `MessageVector`. */
  #message(header: number): KernelMessage | undefined {
    const at = this.#region(header, 64);
    if (at === undefined) return undefined;
    const name = this.#region(this.#pointer(at), this.#arena.int32(at + 8));
    const count = this.#pointer(at + 24);
    const first = this.#region(this.#pointer(at + 16), 16 * count);
    if (name === undefined || first === undefined) return undefined;
    const pieces = Array.from({ length: count }, (_, i) => {
      const piece = first + 16 * i;
      const length = this.#pointer(piece + 8);
      return { data: this.#region(this.#pointer(piece), length) ?? -1, length };
    });
    return pieces.some(({ data }) => data < 0) ? undefined : { at, name, pieces };
  }

  #pointer(at: number): number {
    return this.#arena.int32(at + 4) * 2 ** 32 + (this.#arena.int32(at) >>> 0);
  }

  /** Where a region lies in the arena; nothing, and a fault, where it does not. */
  #region(address: number, length: number): number | undefined {
    const offset = address - this.#base;
    if (offset >= 0 && length >= 0 && offset + length <= this.#arena.bytes.length) return offset;
    this.faults++;
    return undefined;
  }
}
