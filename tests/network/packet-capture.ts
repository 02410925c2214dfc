import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  channelDataHeaderBytes,
  isChannelData,
} from "../../packages/relay/src/turn/channel-data.ts";
import type { NetworkNamespace } from "./network-namespace.ts";

const fileName = "packets.pcap";
/** Of a file as tcpdump(8) writes it, pcap-savefile(5): its header, and that of each packet. */
const fileHeaderBytes = 24;
const packetHeaderBytes = 16;
const ethernetBytes = 14;
const etherTypeOfIpv4 = 0x0800;
const [tcp, udp] = [6, 17];
const udpHeaderBytes = 8;
/** What of a packet of media is not encrypted, and more (RFC 3711 §3.1). */
const openBytes = 32;

/** Writes down every packet that comes or goes by one interface of a network. */
export class PacketCapture {
  readonly #process: ChildProcess;
  readonly #directory: string;

  private constructor(process: ChildProcess, directory: string) {
    this.#process = process;
    this.#directory = directory;
  }

  /** Resolves when nothing is missed any more. */
  static async start(
    network: Pick<NetworkNamespace, "spawn">,
    interfaceName: string,
  ): Promise<PacketCapture> {
    const directory = mkdtempSync(join(tmpdir(), "ringfence-capture-"));
    const file = join(directory, fileName);
    // At once, or what came in the second before the end may be lost.
    const atOnce = ["--immediate-mode", "-U"];
    const parameters = ["-i", interfaceName, ...atOnce, "-s", "0", "-Z", "root", "-w", file];
    const child = network.spawn("tcpdump", parameters, { stdio: ["ignore", "ignore", "pipe"] });
    const isListening = Promise.withResolvers<void>();
    child.stderr?.on("data", (said: Buffer) => {
      if (said.includes("listening on")) isListening.resolve();
    });
    child.once("exit", () => isListening.reject(new Error("tcpdump has ended.")));
    await isListening.promise;
    return new PacketCapture(child, directory);
  }

  /** Ends it. @returns what could be read in it */
  async stop(): Promise<Buffer> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
    const written = readFileSync(join(this.#directory, fileName));
    rmSync(this.#directory, { recursive: true });
    return readableOf(written);
  }
}

/**
 * What of the packets may be searched for something short: all but what is encrypted on its way between
 * two browsers, in which every four bytes stand some time. Each stream of TCP is put together, so that
 * nothing is missed for being cut in two.
 */
function readableOf(file: Buffer): Buffer {
  const found: Buffer[] = [];
  const streams = new Map<string, Buffer[]>();
  for (const packet of ipv4PacketsOf(file)) {
    const headerBytes = 4 * ((packet[0] ?? 0) & 0x0f);
    const segment = packet.subarray(headerBytes, packet.readUInt16BE(2));
    found.push(packet.subarray(0, headerBytes));
    if (packet[9] === tcp) {
      const flow = packet.toString("hex", 12, 20) + segment.toString("hex", 0, 4);
      const payload = segment.subarray(4 * ((segment[12] ?? 0) >> 4));
      const stream = streams.get(flow) ?? [];
      streams.set(flow, [...stream, payload]);
    } else if (packet[9] === udp) {
      const payload = segment.subarray(udpHeaderBytes);
      found.push(isMedia(payload) ? payload.subarray(0, openBytes) : payload);
    } else found.push(segment);
  }
  return Buffer.concat([...found, ...[...streams.values()].flat()]);
}

function ipv4PacketsOf(file: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let at = fileHeaderBytes;
  while (at + packetHeaderBytes <= file.length) {
    const length = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + packetHeaderBytes, at + packetHeaderBytes + length);
    at += packetHeaderBytes + length;
    if (frame.readUInt16BE(ethernetBytes - 2) === etherTypeOfIpv4) {
      packets.push(frame.subarray(ethernetBytes));
    }
  }
  return packets;
}

/** RFC 7983 §7, also inside a channel of the relay. */
function isMedia(payload: Buffer): boolean {
  const first = payload[isChannelData(payload) ? channelDataHeaderBytes : 0] ?? 0;
  return first >= 128 && first < 192;
}
