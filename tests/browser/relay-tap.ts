import { type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import {
  channelDataHeaderBytes,
  channelDataLength,
  isChannelData,
} from "../../packages/relay/src/turn/channel-data.ts";
import { attributeType } from "../../packages/relay/src/stun/attribute.ts";
import { findAttribute, parseMessage } from "../../packages/relay/src/stun/message.ts";
import { turnMethod } from "../../packages/relay/src/turn/method.ts";

const here = "127.0.0.1";

/** A packet of RTP (RFC 3550 §5.1), as far as whoever carries it can read it. */
export interface SeenPacket {
  payloadType: number;
  /** Of all of it, as it is sent. */
  bytes: number;
  /** The extensions of its header, each as its number and the bytes that it has (RFC 8285). */
  extensions: readonly string[];
}

/**
 * Stands between browsers and the relay of a server, over UDP, as a network does: it sees every packet,
 * and can let none through. What it saw is kept for each socket of a browser.
 */
export class RelayTap implements AsyncDisposable {
  /** The packets of RTP that each socket of a browser sent. */
  readonly sent = new Map<number, SeenPacket[]>();
  isCut = false;
  readonly #socket: Socket;
  /** Towards the relay, by the port of the browser's socket. */
  readonly #onward = new Map<number, Socket>();
  #relayPort = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (message, { port, address }) => {
      if (this.isCut) return;
      this.#look(message, port);
      this.#onwardOf({ port, address }).send(message, this.#relayPort, here);
    });
  }

  static async open(): Promise<RelayTap> {
    const socket = createSocket("udp4").bind(0, here);
    await once(socket, "listening");
    return new RelayTap(socket);
  }

  /** @returns what makes browsers send by the tap to the relay at this port */
  settings(relayPort: number): Record<string, string> {
    this.#relayPort = relayPort;
    const { port } = this.#socket.address();
    return {
      RELAY_SECRET: "a secret of the tests",
      RELAY_URLS: `turn:${here}:${port}?transport=udp`,
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [this.#socket, ...this.#onward.values()]) socket.close();
    return Promise.resolve();
  }

  /** A browser may send from any address of this machine. */
  #onwardOf({ port, address }: { port: number; address: string }): Socket {
    const known = this.#onward.get(port);
    if (known !== undefined) return known;
    const socket = createSocket("udp4");
    socket.on("message", (message) => {
      if (!this.isCut) this.#socket.send(message, port, address);
    });
    this.#onward.set(port, socket);
    return socket;
  }

  #look(message: Buffer, port: number): void {
    const packet = readRtp(carriedIn(message));
    if (packet === null) return;
    const before = this.sent.get(port) ?? [];
    before.push(packet);
    this.sent.set(port, before);
  }
}

/** What is for the other side: Chromium sends into a channel, Firefox by indications (RFC 8656 §11, §12). */
function carriedIn(message: Buffer): Buffer {
  const length = isChannelData(message) ? channelDataLength(message) : undefined;
  if (length !== undefined) {
    return message.subarray(channelDataHeaderBytes, channelDataHeaderBytes + length);
  }
  const found = parseMessage(message);
  if (found?.method !== turnMethod.send) return Buffer.alloc(0);
  return Buffer.from(findAttribute(found, attributeType.data) ?? []);
}

/** @returns null for what is DTLS, STUN or RTCP (RFC 7983 §7, RFC 5761 §4) */
function readRtp(bytes: Buffer): SeenPacket | null {
  const [first = 0, second = 0] = bytes;
  const payloadType = second & 0x7f;
  if (first >> 6 !== 2 || (payloadType >= 64 && payloadType < 96)) return null;
  return { payloadType, bytes: bytes.length, extensions: readExtensions(bytes) };
}

/** RFC 8285 §4.2 and §4.3. */
function readExtensions(bytes: Buffer): string[] {
  const [first = 0] = bytes;
  if ((first & 0x10) === 0) return [];
  const begin = 12 + 4 * (first & 0x0f);
  const isOneByte = bytes.readUInt16BE(begin) === 0xbede;
  const end = begin + 4 + 4 * bytes.readUInt16BE(begin + 2);
  const found: string[] = [];
  let at = begin + 4;
  while (at < end) {
    const head = bytes[at] ?? 0;
    // Padding.
    if (head === 0) {
      at += 1;
      continue;
    }
    const [id, length, headBytes] = isOneByte
      ? [head >> 4, (head & 0x0f) + 1, 1]
      : [head, bytes[at + 1] ?? 0, 2];
    found.push(`${id}: ${length}`);
    at += headBytes + length;
  }
  return found;
}
