import { type RelayLimits, relayLimits, shellLimits } from "../limits.ts";
import { Arena } from "../node/batched/arena.ts";
import { Doorbell } from "../node/batched/doorbell.ts";
import { FrameRing } from "../node/batched/frame-ring.ts";
import { LocalLinks } from "../node/batched/local-links.ts";
import { PacketLoop } from "../node/batched/packet-loop.ts";
import { PacketMover } from "../node/batched/packet-mover.ts";
import { RouteTable } from "../node/batched/route-table.ts";
import { Slots } from "../node/batched/slots.ts";
import { mintCredential } from "../node/mint-credential.ts";
import { nodeCrypto } from "../node/node-crypto.ts";
import { ClosedRelay } from "../turn/closed-relay.ts";
import type { Party } from "../turn/credential.ts";
import { type FiveTuple, fiveTuple } from "../turn/five-tuple.ts";
import { randomFrom } from "./damage.ts";
import { MemoryKernel } from "./memory-kernel.ts";
import { TurnClient } from "./turn-client.ts";

const secret = Buffer.from("a secret for tests");
/** Above 4 GiB and just below a border of 4 GiB, so that both halves of a pointer matter. */
const arenaAddress = 0x7f12_fffc_0000;
const streamBase = 1_000;

/** One packet that left: by which socket or stream, to whom, and what. */
export type Departure = string;

/** How a client reaches the relay. */
export type Way = "ipv4" | "ipv6" | "tcp";

const localAddress = { ipv4: "203.0.113.1", ipv6: "2001:db8::1" } as const;

export interface TwinClient {
  readonly callId: string;
  readonly party: Party;
  readonly tuple: FiveTuple;
  readonly way: Way;
  /** Its number, where it is a stream. */
  readonly stream: number;
  readonly turn: TurnClient;
}

/**
 * Two relays with the same randomness, that are told the same: the core alone, and the batched data
 * path on a kernel in memory. What leaves the one has to leave the other.
 */
export class TwinLab {
  now = 1_800_000_000_000;
  /** By how much somebody set the clock back. */
  setBackMs = 0;
  readonly kernel: MemoryKernel;
  readonly core: ClosedRelay;
  readonly batchedCore: ClosedRelay;
  readonly arena: Arena;
  readonly slots: Slots;
  readonly #local: LocalLinks;
  readonly #mover: PacketMover;
  readonly #loop: PacketLoop;
  readonly #incoming = FrameRing.make(shellLimits.frameRingBytes);
  readonly #outgoing = FrameRing.make(shellLimits.frameRingBytes);
  readonly #frame = new Uint8Array(70_000);
  #waiting: { readonly from: TwinClient; readonly bytes: Uint8Array }[] = [];
  #addresses: readonly string[] = [];
  #clients = 0;

  constructor(seed: number, limits: Partial<RelayLimits> = {}) {
    const makeCore = (): ClosedRelay => {
      const random = randomFrom(seed);
      const randomBytes = (length: number): Uint8Array =>
        Uint8Array.from({ length }, () => random() * 256);
      const crypto = { ...nodeCrypto, randomBytes };
      return new ClosedRelay({
        crypto,
        secret,
        limits: { ...relayLimits, ...limits },
        isAlone: false,
      });
    };
    this.core = makeCore();
    const relay = (this.batchedCore = makeCore());
    const arena = (this.arena = new Arena(new ArrayBuffer(shellLimits.arenaBytes), arenaAddress));
    const kernel = (this.kernel = new MemoryKernel(arena));
    const slots = (this.slots = new Slots(arena, shellLimits.batchPackets));
    this.#local = new LocalLinks(arena, kernel, 8_480);
    const { links } = this.#local;
    // Few lines, so that they are fought for.
    const table = new RouteTable(16, seed);
    const toStream = (stream: number, bytes: Uint8Array, start: number, end: number): boolean =>
      this.#outgoing.put(stream, bytes, start, end);
    this.#mover = new PacketMover({ arena, slots, relay, table, links, toStream });
    this.follow(Object.values(localAddress));
    this.#loop = new PacketLoop({
      arena,
      calls: kernel,
      slots,
      links,
      relay,
      table,
      mover: this.#mover,
      event: kernel.openEvent(),
      doorbell: new Doorbell(),
      incoming: this.#incoming,
      outgoing: this.#outgoing,
      obey: () => true,
      now: () => this.now,
      uptime: () => this.now + this.setBackMs,
    });
  }

  /** A client that has said nothing yet. */
  client(way: Way, callId: string, party: Party): TwinClient {
    const number = this.#clients++;
    const expiresAt = this.now + 600_000;
    const device = `${party}1`;
    const credential = mintCredential({
      secret: secret.toString(),
      callId,
      party,
      device,
      expiresAt,
    });
    const turn = new TurnClient(credential);
    const stream = streamBase + number;
    const port = 20_000 + number;
    if (way === "tcp") {
      const tuple = fiveTuple("tcp", `tcp ${stream}`, "198.51.100.9", port);
      this.#mover.openStream(stream, tuple);
      return { callId, party, tuple, way, stream, turn };
    }
    const address = way === "ipv4" ? `198.51.${number >> 8}.${number & 255}` : ipv6(number);
    // One port for all, so that it is the address that tells them apart.
    const tuple = fiveTuple("udp", `udp ${localAddress[way]}`, address, 20_000);
    return { callId, party, tuple, way, stream, turn };
  }

  /** Does something to both cores. */
  order(act: (core: ClosedRelay) => void): void {
    act(this.core);
    act(this.batchedCore);
  }

  /** A stream ends. */
  disconnect({ tuple, stream }: TwinClient): void {
    this.core.disconnect(tuple);
    this.#mover.closeStream(stream);
  }

  /** The machine has these addresses now. */
  follow(addresses: readonly string[]): void {
    this.#addresses = addresses;
    if (this.#local.follow(addresses).hasChanged) this.#mover.followLinks();
  }

  /** Lets a packet wait for the next `settle`. At most 64 may wait for one link. */
  send(from: TwinClient, bytes: Uint8Array): void {
    this.#waiting.push({ from, bytes });
    if (from.way === "tcp") this.#incoming.put(from.stream, bytes, 0, bytes.length);
    const link = this.#linkOf(from.way);
    const { address, port } = from.tuple;
    if (link !== undefined) this.kernel.deliver(link.socket, { address, port, bytes });
  }

  /** Lets both relays do what waits. What should have left, and what has. */
  settle(): { readonly expected: Departure[]; readonly actual: Departure[] } {
    // In the order in which a round looks at them: streams, then links by their numbers.
    const order = ["tcp", ...this.#local.links.map(({ address }) => `udp ${address}`)];
    const turnOf = ({ from }: { from: TwinClient }): number =>
      from.way === "tcp" ? 0 : order.indexOf(from.tuple.endpoint);
    const waiting = this.#waiting.toSorted((one, other) => turnOf(one) - turnOf(other));
    this.#waiting = [];
    const expected = waiting
      .filter((one) => turnOf(one) >= 0)
      .flatMap(({ from, bytes }) => this.#ofCore(from, bytes));
    this.kernel.sent.length = 0;
    this.#loop.round();
    return { expected: byReceiver(expected), actual: byReceiver(this.#ofBatches()) };
  }

  #ofCore(from: TwinClient, bytes: Uint8Array): Departure[] {
    const action = this.core.receive(from.tuple, Uint8Array.from(bytes), this.now);
    if (action.type === "drop") return [];
    const { endpoint, address, port } = action.to;
    const isGone = endpoint.startsWith("udp ") && !this.#addresses.includes(endpoint.slice(4));
    if (isGone || action.bytes.length > 65_507) return [];
    return [departure(endpoint, address, port, action.bytes)];
  }

  #ofBatches(): Departure[] {
    const departures = this.kernel.sent.map(({ socket, address, port, bytes }) => {
      const link = this.#local.links.find((one) => one.socket === socket);
      return departure(`udp ${link?.address}`, address, port, bytes);
    });
    this.#outgoing.look();
    for (;;) {
      const length = this.#outgoing.take(this.#frame, 0);
      if (length === undefined) return departures;
      const { stream } = this.#outgoing;
      const port = 20_000 + stream - streamBase;
      const bytes = this.#frame.subarray(0, length);
      departures.push(departure(`tcp ${stream}`, "198.51.100.9", port, bytes));
    }
  }

  #linkOf(way: Way) {
    if (way === "tcp") return undefined;
    return this.#local.links.find(({ address }) => address === localAddress[way]);
  }
}

/** A different address for each number, that differs in a different place. */
function ipv6(number: number): string {
  const groups = ["2001", "db8", "0", "0", "0", "0", "0", "0"];
  groups[2 + (number % 6)] = (number + 1).toString(16);
  return groups.join(":");
}

/** One order for what has none: only what goes to one receiver has to leave in the order it came. */
function byReceiver(departures: readonly Departure[]): Departure[] {
  const receiverOf = (one: Departure): string => one.slice(0, one.lastIndexOf(": "));
  return departures.toSorted((one, other) => (receiverOf(one) < receiverOf(other) ? -1 : 1));
}

function departure(endpoint: string, address: string, port: number, bytes: Uint8Array): Departure {
  return `${endpoint} -> ${address} ${port}: ${Buffer.from(bytes).toString("hex")}`;
}
