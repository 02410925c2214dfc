import { paddedLength } from "../../stun/attribute.ts";
import type { DropReason } from "../../turn/action.ts";
import { channelDataHeaderBytes } from "../../turn/channel-data.ts";
import type { ClosedRelay } from "../../turn/closed-relay.ts";
import { type FiveTuple, fiveTuple } from "../../turn/five-tuple.ts";
import { headerBytes } from "../../turn/forward.ts";
import type { Route } from "../../turn/route.ts";
import { PlainSend } from "../../turn/send-indication.ts";
import { type Arena, ArenaFault, type Offset } from "./arena.ts";
import type { RouteTable } from "./route-table.ts";
import type { Slots } from "./slots.ts";
import { addressAt, isIpv4At, portAt, writeSocketAddress } from "./socket-address.ts";
import type { UdpLink } from "./udp-link.ts";

/** Passes a frame to a stream's own thread. False where there is no room for it. */
export type ToStream = (stream: number, bytes: Uint8Array, start: number, end: number) => boolean;

export interface PacketMoverOptions {
  readonly arena: Arena;
  readonly slots: Slots;
  readonly relay: ClosedRelay;
  readonly table: RouteTable;
  /** By their numbers; a closed one among them has no address. */
  readonly links: readonly UdpLink[];
  readonly toStream: ToStream;
}

/** Tells a peer address from a channel number, as the last word of a key. */
const peerBit = 0x8000_0000 | 0;
/** In place of the family in a key: this packet came over a stream. */
const streamFamily = 0;

/**
 * Moves packets from slots to links and streams. Data goes by the table of routes; what the table
 * does not know it asks the core, and whatever is not data is the core's.
 *
 * Nothing is made anew for a packet that goes by the table.
 */
export class PacketMover {
  readonly #options: PacketMoverOptions;
  readonly #plainSend = new PlainSend();
  /** What the packet at hand is looked up by: see `RouteTable`. */
  readonly #key = new Int32Array(8);
  readonly #address = new Int32Array(7);
  readonly #scratch: Offset;
  /** Streams by number, and the numbers of links and streams by endpoint; a stream's is inverted. */
  readonly #streams = new Map<number, FiveTuple>();
  readonly #endpoints = new Map<string, number>();

  constructor(options: PacketMoverOptions) {
    this.#options = options;
    this.#scratch = options.arena.reserve(64);
  }

  /** A link was opened or closed: what was known by its number holds no more. */
  followLinks(): void {
    const { links, table } = this.#options;
    for (const [endpoint, link] of this.#endpoints) if (link >= 0) this.#endpoints.delete(endpoint);
    for (const [number, { address }] of links.entries()) {
      if (address !== undefined) this.#endpoints.set(`udp ${address}`, number);
    }
    table.clear();
  }

  openStream(stream: number, tuple: FiveTuple): void {
    this.#streams.set(stream, tuple);
    this.#endpoints.set(tuple.endpoint, ~stream);
  }

  closeStream(stream: number): void {
    const tuple = this.#streams.get(stream);
    if (tuple === undefined) return;
    this.#options.relay.disconnect(tuple);
    this.#streams.delete(stream);
    this.#endpoints.delete(tuple.endpoint);
  }

  /**
   * Moves a datagram.
   *
   * @param link over which it came
   * @param source where the sender's `sockaddr` lies
   */
  moveDatagram(link: number, slot: number, length: number, source: Offset, now: number): void {
    const { arena } = this.#options;
    // Port 0 is nobody's and cannot be answered.
    if (portAt(arena, source) === 0) return;
    const isIpv4 = isIpv4At(arena, source);
    this.#key[0] = arena.int32(source);
    this.#key[1] = arena.int32(source + (isIpv4 ? 4 : 8));
    this.#key[2] = isIpv4 ? 0 : arena.int32(source + 12);
    this.#key[3] = isIpv4 ? 0 : arena.int32(source + 16);
    this.#key[4] = isIpv4 ? 0 : arena.int32(source + 20);
    this.#key[5] = isIpv4 ? 0 : arena.int32(source + 24);
    this.#key[6] = link;
    this.#move(slot, length, source, now);
  }

  /** Moves a frame of a stream. */
  moveFrame(stream: number, slot: number, length: number, now: number): void {
    // The stream may have ended since.
    if (!this.#streams.has(stream)) return;
    this.#key.fill(0);
    this.#key[0] = streamFamily;
    this.#key[6] = ~stream;
    this.#move(slot, length, 0, now);
  }

  #move(slot: number, length: number, source: Offset, now: number): void {
    try {
      this.#moveAny(slot, length, source, now);
    } catch (error) {
      if (!(error instanceof ArenaFault)) throw error;
      this.#drop("fault");
    }
  }

  #moveAny(slot: number, length: number, source: Offset, now: number): void {
    const { arena, slots } = this.#options;
    const packet = slots.packetAt(slot);
    if (length > 0 && arena.uint8(packet) >> 6 === 1) {
      const dataLength = length < channelDataHeaderBytes ? 0xffff : arena.uint16(packet + 2);
      const rest = length - channelDataHeaderBytes;
      if (dataLength <= rest && rest <= paddedLength(dataLength)) {
        this.#key[7] = arena.uint16(packet);
        const data = packet + channelDataHeaderBytes;
        return this.#moveData(slot, data, dataLength, length, source, now);
      }
    } else if (this.#plainSend.read(arena.bytes, packet, packet + length)) {
      const { peer, dataOffset, dataLength } = this.#plainSend;
      if (peer !== undefined) {
        this.#key[7] = peerBit | peer;
        return this.#moveData(slot, dataOffset, dataLength, length, source, now);
      }
    }
    this.#ask(slot, length, source, now);
  }

  /** Moves the data of the packet at hand, by the table. */
  #moveData(
    slot: number,
    data: Offset,
    dataLength: number,
    length: number,
    source: Offset,
    now: number,
  ): void {
    const { arena, slots, relay, table, toStream } = this.#options;
    const route = table.find(this.#key, now) ?? this.#learn(source, now);
    if (typeof route === "string") return this.#drop(route);
    const header = headerBytes(route);
    const start = data - header;
    slots.assertWithin(slot, start, header + paddedLength(dataLength));
    const end = relay.forward(route, arena.bytes, data, dataLength, length, now);
    if (typeof end === "string") return this.#drop(end);
    const { link } = table;
    if (link < 0) {
      if (!toStream(~link, arena.bytes, start, end)) this.#drop("ring-full");
      return;
    }
    slots.assertWithin(slot, start, end - start);
    const to = this.#options.links[link]?.queue(start, end - start, table.isIpv4);
    if (to !== undefined) table.copyAddress(arena.words, to >> 2);
  }

  /** Asks the core for the route of the packet at hand, and keeps the answer. */
  #learn(source: Offset, now: number): Route | DropReason {
    const { relay, table, arena } = this.#options;
    const tuple = this.#tuple(source);
    const target = this.#key[7] ?? 0;
    const route =
      (target & peerBit) === 0
        ? relay.routeChannel(tuple, target, now)
        : relay.routePeer(tuple, target & ~peerBit, now);
    if (typeof route === "string") return route;
    const { endpoint, address, port } = route.to.fiveTuple;
    const link = this.#endpoints.get(endpoint);
    // Its local address is gone from this machine, or its stream has just ended.
    if (link === undefined) return "unsent";
    this.#address.fill(0);
    if (link >= 0) {
      writeSocketAddress(arena, this.#scratch, address, port);
      for (let i = 0; i < this.#address.length; i++) {
        this.#address[i] = arena.int32(this.#scratch + 4 * i);
      }
    }
    table.keep(this.#key, route, link, this.#address, now);
    return route;
  }

  /**
   * Gives the packet at hand to the core, which answers or drops it. The core gets a copy, because it
   * may keep what it is given, and the slot is soon another packet's.
   */
  #ask(slot: number, length: number, source: Offset, now: number): void {
    const { arena, slots, relay, toStream } = this.#options;
    const packet = slots.packetAt(slot);
    const copy = arena.bytes.slice(packet, packet + length);
    const action = relay.receive(this.#tuple(source), copy, now);
    if (action.type === "drop") return;
    const { bytes, to } = action;
    const link = this.#endpoints.get(to.endpoint);
    if (link === undefined) return this.#drop("unsent");
    if (link < 0) {
      if (!toStream(~link, bytes, 0, bytes.length)) this.#drop("ring-full");
      return;
    }
    slots.assertWithin(slot, packet, bytes.length);
    arena.bytes.set(bytes, packet);
    this.#options.links[link]?.queueTo(packet, bytes.length, to.address, to.port);
  }

  /** The five-tuple of the packet at hand. */
  #tuple(source: Offset): FiveTuple {
    const { arena, links } = this.#options;
    const link = this.#key[6] ?? 0;
    const stream = link < 0 ? this.#streams.get(~link) : undefined;
    if (stream !== undefined) return stream;
    const endpoint = `udp ${links[link]?.address}`;
    return fiveTuple("udp", endpoint, addressAt(arena, source), portAt(arena, source));
  }

  #drop(reason: DropReason): void {
    this.#options.relay.counters.drops[reason]++;
  }
}
