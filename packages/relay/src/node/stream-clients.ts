import type { Socket } from "node:net";
import { type RelayLimits, shellLimits } from "../limits.ts";
import { paddedLength } from "../stun/attribute.ts";
import type { Counters } from "../turn/counters.ts";
import { type FiveTuple, fiveTuple, sourceOf } from "../turn/five-tuple.ts";
import { StreamDeframer } from "../turn/stream-frames.ts";
import type { Receive, Sinks } from "./sink.ts";

export interface StreamClientsOptions {
  readonly limits: RelayLimits;
  readonly sinks: Sinks;
  readonly counters: Counters;
  readonly receive: Receive;
  readonly hasAllocation: (tuple: FiveTuple) => Promise<boolean>;
  /** The stream is gone, and with it what was allocated over it. */
  readonly disconnect: (tuple: FiveTuple) => void;
}

/** Where a stream comes from; over the bridge, not what the socket says. */
export interface StreamOrigin {
  readonly address: string;
  readonly port: number;
}

/** The clients that speak TURN over TCP, or over TLS that somebody else has ended. */
export class StreamClients implements Disposable {
  readonly #options: StreamClientsOptions;
  readonly #sockets = new Set<Socket>();
  readonly #perSource = new Map<string, number>();
  /** Streams that wait offer their frames again, each in its turn. */
  readonly #waiting: (() => void)[] = [];
  #retry: NodeJS.Timeout | undefined;
  #opened = 0;

  constructor(options: StreamClientsOptions) {
    this.#options = options;
  }

  /**
   * Takes a stream over, or closes it where there are too many.
   *
   * @param firstBytes what was read of it already
   */
  accept(socket: Socket, origin: StreamOrigin, firstBytes: Uint8Array): void {
    const { limits, sinks, disconnect } = this.#options;
    // Two connections in a row may have the same ports; the number keeps them apart.
    const endpoint = `tcp ${this.#opened++}`;
    const tuple = fiveTuple("tcp", endpoint, origin.address, origin.port);
    socket.on("error", () => socket.destroy());
    if (!this.#admit(tuple, socket)) {
      socket.destroy();
      return;
    }
    // Late media is worthless: nothing is held back to fill a segment.
    socket.setNoDelay(true);
    sinks.set(endpoint, { send: (bytes) => this.#send(socket, bytes) });
    const watch = setInterval(() => void this.#endIdle(tuple, socket), limits.connectionIdleMs);
    socket.once("close", () => {
      clearInterval(watch);
      sinks.delete(endpoint);
      disconnect(tuple);
    });
    const deframer = new StreamDeframer(limits.streamFrameBytesMax);
    const read = (chunk: Uint8Array): void => {
      const { frames, isBroken } = deframer.push(chunk);
      this.#receive(tuple, socket, frames);
      if (isBroken) socket.destroy();
    };
    if (firstBytes.length > 0) read(firstBytes);
    socket.on("data", read);
  }

  /** How many connections there are. */
  connections(): number {
    return this.#sockets.size;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#retry);
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Passes frames on. From the first for which there is no room the stream waits, and is not read. */
  #receive(tuple: FiveTuple, socket: Socket, frames: readonly Uint8Array[]): void {
    const isLater = (frame: Uint8Array): boolean => this.#options.receive(tuple, frame) === "later";
    const next = frames.findIndex(isLater);
    if (next < 0) {
      if (socket.isPaused()) socket.resume();
      return;
    }
    socket.pause();
    this.#waiting.push(() => {
      if (!socket.destroyed) this.#receive(tuple, socket, frames.slice(next));
    });
    this.#retry ??= setTimeout(() => this.#offerAgain(), shellLimits.streamRetryMs);
  }

  #offerAgain(): void {
    this.#retry = undefined;
    for (const offer of this.#waiting.splice(0)) offer();
  }

  async #endIdle(tuple: FiveTuple, socket: Socket): Promise<void> {
    if (!(await this.#options.hasAllocation(tuple))) socket.destroy();
  }

  #admit(tuple: FiveTuple, socket: Socket): boolean {
    const { limits, counters } = this.#options;
    const source = sourceOf(tuple);
    const ofSource = this.#perSource.get(source) ?? 0;
    if (ofSource >= limits.connectionsPerSourceMax) {
      counters.quotaRefusals["connections-per-source"]++;
      return false;
    }
    if (this.#sockets.size >= limits.connectionsMax) {
      counters.quotaRefusals.connections++;
      return false;
    }
    this.#perSource.set(source, ofSource + 1);
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      const left = (this.#perSource.get(source) ?? 1) - 1;
      if (left === 0) this.#perSource.delete(source);
      else this.#perSource.set(source, left);
    });
    return true;
  }

  /** Writes a frame, unless its client does not read what it was sent before. */
  #send(socket: Socket, frame: Uint8Array): void {
    const { limits, counters } = this.#options;
    if (!socket.writable) return;
    if (socket.writableLength + frame.length > limits.streamBacklogBytesMax) {
      counters.drops["stream-full"]++;
      return;
    }
    // RFC 8656 §12.5: over a stream ChannelData is padded; STUN messages have that length anyhow.
    const length = paddedLength(frame.length);
    if (length === frame.length) {
      socket.write(frame);
    } else {
      const padded = new Uint8Array(length);
      padded.set(frame);
      socket.write(padded);
    }
  }
}
