import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { StreamDeframer } from "../turn/stream-frames.ts";

const patienceMs = 15_000;

/** A client's socket for tests: whole packets or frames in both directions. */
export interface Wire extends AsyncDisposable {
  readonly port: number;
  send(bytes: Uint8Array): void;
  /** The next packet; rejects when none comes within 15 seconds, or none can any more. */
  next(): Promise<Uint8Array>;
  /** How many have come, taken or not. */
  received(): number;
}

/** A UDP socket that hears the relay's address only, as a browser's does. */
export async function udpWire(address: string, port: number): Promise<Wire> {
  const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
  const inbox = new Inbox();
  socket.on("message", (bytes) => inbox.put(bytes));
  socket.on("error", () => undefined);
  socket.connect(port, address);
  await once(socket, "connect");
  return {
    port: socket.address().port,
    send: (bytes) => socket.send(bytes),
    next: () => inbox.take(),
    received: () => inbox.received,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, "close");
    },
  };
}

export interface TcpWire extends Wire {
  readonly socket: Socket;
}

/** A TCP connection that speaks TURN. */
export async function tcpWire(address: string, port: number): Promise<TcpWire> {
  const socket = connect(port, address);
  const inbox = new Inbox();
  const deframer = new StreamDeframer(65_536);
  socket.on("data", (chunk) => {
    for (const frame of deframer.push(chunk).frames) inbox.put(frame);
  });
  socket.on("error", () => undefined);
  socket.on("close", () => inbox.end());
  await once(socket, "connect");
  return {
    socket,
    port: socket.localPort ?? 0,
    send: (bytes) => void socket.write(bytes),
    next: () => inbox.take(),
    received: () => inbox.received,
    async [Symbol.asyncDispose]() {
      await closed(socket, () => socket.destroy());
    },
  };
}

/** Waits until a socket has closed. `act` is what closes it, where nobody else does. */
export async function closed(socket: Socket, act?: () => void): Promise<"closed"> {
  if (socket.closed) return "closed";
  const close = once(socket, "close", { signal: AbortSignal.timeout(patienceMs) });
  act?.();
  await close;
  return "closed";
}

class Inbox {
  readonly #packets: Uint8Array[] = [];
  readonly #waiting: PromiseWithResolvers<Uint8Array>[] = [];
  #isEnded = false;
  received = 0;

  put(bytes: Uint8Array): void {
    this.received++;
    const taker = this.#waiting.shift();
    if (taker === undefined) this.#packets.push(bytes);
    else taker.resolve(bytes);
  }

  end(): void {
    this.#isEnded = true;
    for (const taker of this.#waiting.splice(0)) taker.reject(new Error("the connection ended"));
  }

  async take(): Promise<Uint8Array> {
    const packet = this.#packets.shift();
    if (packet !== undefined) return packet;
    if (this.#isEnded) throw new Error("the connection ended");
    const taker = Promise.withResolvers<Uint8Array>();
    const patience = setTimeout(() => taker.reject(new Error("nothing came")), patienceMs);
    this.#waiting.push(taker);
    try {
      return await taker.promise;
    } finally {
      clearTimeout(patience);
    }
  }
}
