import { shellLimits } from "../../limits.ts";
import type { ClosedRelay } from "../../turn/closed-relay.ts";
import type { Arena, Offset } from "./arena.ts";
import type { Doorbell } from "./doorbell.ts";
import type { FrameRing } from "./frame-ring.ts";
import { MessageVector } from "./message-vector.ts";
import type { PacketMover } from "./packet-mover.ts";
import { PacketRate } from "./packet-rate.ts";
import { PollSet } from "./poll-set.ts";
import type { RouteTable } from "./route-table.ts";
import { datagramBytesMax, type Slots } from "./slots.ts";
import { constant, type SystemCalls } from "./system-calls.ts";
import type { UdpLink } from "./udp-link.ts";

export interface PacketLoopOptions {
  readonly arena: Arena;
  readonly calls: SystemCalls;
  readonly slots: Slots;
  /** By their numbers. There may be more of them later, up to `localAddressesMax`. */
  readonly links: readonly UdpLink[];
  readonly relay: ClosedRelay;
  readonly table: RouteTable;
  readonly mover: PacketMover;
  /** The eventfd on which other threads wake this one. */
  readonly event: number;
  readonly doorbell: Doorbell;
  /** Frames that streams brought. */
  readonly incoming: FrameRing;
  /** Frames that streams are sent. */
  readonly outgoing: FrameRing;
  /** Obeys what was ordered since it was called last. False ends the loop. */
  readonly obey: () => boolean;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** Milliseconds since whenever, by a clock that nobody sets: what is waited for goes by it. */
  readonly uptime: () => number;
}

/**
 * The life of the thread that moves packets: in each round it waits, obeys orders, and moves the
 * frames that streams brought and a batch of datagrams of each link.
 *
 * A call of the kernel costs more than a packet in it. So while packets come fast, it lets some
 * gather before it looks: for less than a millisecond, in which it still hears everything else.
 */
export class PacketLoop {
  readonly #options: PacketLoopOptions;
  readonly #received: MessageVector;
  readonly #polled: PollSet;
  readonly #rate = new PacketRate();
  readonly #eventCount: Offset;
  /** The links that had packets in the last round, and whether one had more than a batch. */
  readonly #busy = new Uint8Array(shellLimits.localAddressesMax);
  #hasMore = false;
  /** By `uptime`. */
  #sweepAt = 0;

  constructor(options: PacketLoopOptions) {
    const { arena, calls, slots, event } = options;
    this.#options = options;
    this.#received = new MessageVector(arena, slots.count);
    for (let slot = 0; slot < slots.count; slot++) {
      this.#received.setData(slot, slots.packetAt(slot), datagramBytesMax);
    }
    this.#polled = new PollSet(arena, calls, 1 + shellLimits.localAddressesMax);
    this.#polled.watch(0, event);
    this.#eventCount = arena.reserve(8);
  }

  /** Runs until `obey` says that it is over. */
  run(): void {
    while (this.round());
  }

  /** One round. False: it was the last. */
  round(): boolean {
    const { incoming, outgoing, doorbell, relay, table, obey } = this.#options;
    this.#wait();
    const now = this.#options.now();
    // Frames that came before the look, orders after it: a stream is ordered open before its frames.
    incoming.look();
    if (!obey()) return false;
    this.#moveFrames(now);
    this.#moveDatagrams(now);
    const uptime = this.#options.uptime();
    if (uptime >= this.#sweepAt) {
      this.#sweepAt = uptime + shellLimits.sweepMs;
      relay.sweep(now);
      table.sweep(now);
    }
    if (outgoing.hasGrown()) doorbell.announceFrames();
    return true;
  }

  #wait(): void {
    const { links, doorbell, incoming, uptime } = this.#options;
    const lingerUs = this.#hasMore ? 0 : this.#rate.lingerUs();
    for (let link = 0; link < links.length; link++) {
      const isGathering = lingerUs > 0 && this.#busy[link] === 1;
      this.#polled.watch(1 + link, isGathering ? -1 : (links[link]?.socket ?? -1));
    }
    doorbell.lieDown();
    const sleepUs =
      lingerUs > 0 ? lingerUs : Math.ceil(Math.max(1, this.#sweepAt - uptime())) * 1_000;
    const isWanted = this.#hasMore || doorbell.hasOrders() || !incoming.isEmpty();
    this.#polled.wait(1 + links.length, isWanted ? 0 : sleepUs);
    doorbell.getUp();
    if (this.#polled.isReadable(0)) this.#readEvent();
    for (let link = 0; link < links.length; link++) {
      // What was left to gather is looked at without asking first whether it is there.
      const isGathered = lingerUs > 0 && this.#busy[link] === 1;
      this.#busy[link] = isGathered || this.#polled.isReadable(1 + link) ? 1 : 0;
    }
  }

  #readEvent(): void {
    const { arena, calls, event } = this.#options;
    calls.read(event, arena.addressOf(this.#eventCount), 8);
  }

  #moveFrames(now: number): void {
    const { incoming, slots, arena, mover } = this.#options;
    for (let slot = 0; slot < slots.count; slot++) {
      const length = incoming.take(arena.bytes, slots.packetAt(slot));
      if (length === undefined) break;
      mover.moveFrame(incoming.stream, slot, length, now);
    }
    this.#flush();
  }

  #moveDatagrams(now: number): void {
    const { links, slots } = this.#options;
    let packets = 0;
    this.#hasMore = false;
    for (let link = 0; link < links.length; link++) {
      if (this.#busy[link] === 0) continue;
      const count = this.#moveBatch(link, now);
      if (count === 0) this.#busy[link] = 0;
      this.#hasMore ||= count === slots.count;
      packets += count;
    }
    this.#rate.count(packets, now);
  }

  /** Moves what waits at a link, up to as many as there are slots. Returns how many that were. */
  #moveBatch(link: number, now: number): number {
    const { links, slots, mover, calls } = this.#options;
    const received = this.#received;
    const socket = links[link]?.socket ?? -1;
    const count = calls.receiveMessages(socket, received.pointer(0), slots.count);
    // Nothing there, or an error of a packet that was sent before: ordinary, and over with this.
    if (count <= 0) return 0;
    for (let slot = 0; slot < count; slot++) {
      const isWhole = (received.flags(slot) & constant.messageTruncated) === 0;
      const length = received.received(slot);
      if (isWhole) mover.moveDatagram(link, slot, length, received.addressAt(slot), now);
      // The kernel left here how long this address was; the next may be longer.
      received.resetAddressLength(slot);
    }
    this.#flush();
    return count;
  }

  #flush(): void {
    const { links, relay, doorbell } = this.#options;
    // Before anybody can have the answers.
    doorbell.allocations = relay.allocations();
    for (const link of links) relay.counters.drops.unsent += link.flush();
  }
}
