import { readSync, writeSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { DescriptorPoll } from "./descriptor-poll.ts";
import { type PathConditions, PathQueue, clearPath } from "./path-queue.ts";
import { TunDevice } from "./tun-device.ts";

/**
 * A program of its own: a router between the TUN devices that it is given by name and makes. It waits
 * in the kernel for packets, for orders and for what is due next: the timers of Node are too coarse.
 *
 * It writes a line when its devices are there. From then on each line that it reads is an `Order`, and
 * it answers by a line when that holds. It ends with its input.
 */
export interface RouterLink {
  /** The name of the interface. */
  readonly device: string;
  /** The first three bytes of the addresses that it leads to. */
  readonly network: readonly [number, number, number];
}

/** How one link is to treat packets, in each direction. */
export interface Order {
  readonly device: string;
  readonly conditions: PathConditions;
}

interface Port {
  readonly link: RouterLink;
  readonly tun: TunDevice;
  readonly fromThere: PathQueue;
  readonly toThere: PathQueue;
}

const standardInput = 0;
const standardOutput = 1;
const inputBytesMax = 65_536;
/** In the header of IPv4 (RFC 791 §3.1). */
const destinationAt = 16;

function openPort(link: RouterLink): Port {
  const fromThere = new PathQueue(clearPath, Math.random);
  const toThere = new PathQueue(clearPath, Math.random);
  return { link, tun: new TunDevice(link.device), fromThere, toThere };
}

/** Until the input ends. */
function route(ports: readonly Port[]): void {
  const poll = new DescriptorPoll([standardInput, ...ports.map(({ tun }) => tun.descriptor)]);
  const orders = new OrderReader();
  answer("ready");
  for (;;) {
    const queues = ports.flatMap(({ fromThere, toThere }) => [fromThere, toThere]);
    const [hasInput, ...hasPacket] = poll.until(Math.min(...queues.map(({ nextAt }) => nextAt)));
    const now = performance.now();
    for (const [index, port] of ports.entries()) {
      if (hasPacket[index] === true) take(port, now);
    }
    if (hasInput === true) {
      const given = orders.read();
      if (given === null) return;
      for (const order of given) obey(order, ports);
    }
    forward(ports, performance.now());
  }
}

/** The kernel also asks for IPv6 routers, of which there are none. */
function take({ tun, fromThere }: Port, now: number): void {
  const packet = tun.read();
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) fromThere.take(packet, now);
}

function obey({ device, conditions }: Order, ports: readonly Port[]): void {
  for (const { link, fromThere, toThere } of ports) {
    if (link.device !== device) continue;
    fromThere.change(conditions);
    toThere.change(conditions);
  }
  answer("done");
}

/** What has come by one link goes out by another, which may let it arrive in the same moment. */
function forward(ports: readonly Port[], now: number): void {
  for (const packet of ports.flatMap(({ fromThere }) => fromThere.arrived(now))) {
    ports.find(({ link }) => leadsTo(link, packet))?.toThere.take(packet, now);
  }
  for (const { tun, toThere } of ports) {
    for (const packet of toThere.arrived(now)) tun.write(packet);
  }
}

function leadsTo({ network }: RouterLink, packet: Uint8Array): boolean {
  return network.every((byte, index) => packet[destinationAt + index] === byte);
}

function answer(line: string): void {
  writeSync(standardOutput, `${line}\n`);
}

/** Lines, of which the last may have come in part. */
class OrderReader {
  readonly #buffer = Buffer.alloc(inputBytesMax);
  #begun = "";

  /** @returns null where the input has ended */
  read(): Order[] | null {
    const length = readSync(standardInput, this.#buffer);
    if (length === 0) return null;
    const lines = (this.#begun + this.#buffer.toString("utf8", 0, length)).split("\n");
    this.#begun = lines.pop() ?? "";
    return lines.map((line) => JSON.parse(line) as Order);
  }
}

if (import.meta.main) {
  // A real router does not wait for a processor that browsers keep busy.
  setPriority(constants.priority.PRIORITY_HIGHEST);
  const [links = "[]"] = process.argv.slice(2);
  route((JSON.parse(links) as RouterLink[]).map(openPort));
}
