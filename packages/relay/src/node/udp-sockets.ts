import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIP } from "node:net";
import { shellLimits } from "../limits.ts";
import type { RelayLog } from "../log.ts";
import { bindRefusal, noAddress } from "./bind-refusal.ts";
import { KnownClients } from "./known-clients.ts";
import { isWildcard, localAddresses } from "./local-addresses.ts";
import type { Receive, Sinks } from "./sink.ts";

export interface UdpOptions {
  readonly host: string;
  readonly port: number;
  readonly sinks: Sinks;
  readonly receive: Receive;
  readonly log: RelayLog;
}

/** The UDP sockets of a relay: one for each local address, all on one port. */
export class UdpSockets implements AsyncDisposable {
  readonly #options: UdpOptions;
  readonly #sockets = new Map<string, Socket>();
  #port: number;
  #rescan: NodeJS.Timeout | undefined;

  private constructor(options: UdpOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /**
   * Binds every address that the host names.
   *
   * @throws RelayError `relay-port-taken`, `relay-host-unavailable` or `relay-config-refused`
   */
  static async bind(options: UdpOptions): Promise<UdpSockets> {
    const sockets = new UdpSockets(options);
    try {
      await sockets.#bindAll();
    } catch (error) {
      await sockets[Symbol.asyncDispose]();
      throw error;
    }
    if (isWildcard(options.host)) {
      sockets.#rescan = setInterval(() => sockets.#follow(), shellLimits.addressRescanMs).unref();
    }
    return sockets;
  }

  get port(): number {
    return this.#port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#rescan);
    await Promise.all([...this.#sockets.keys()].map((address) => this.#close(address)));
  }

  async #bindAll(): Promise<void> {
    for (const address of localAddresses(this.#options.host)) await this.#bindOne(address);
    if (this.#sockets.size > 0) return;
    throw noAddress();
  }

  /** Machines gain and lose addresses while they run, with a network or with the hour (RFC 8981). */
  #follow(): void {
    const wanted = new Set(localAddresses(this.#options.host));
    const gone = [...this.#sockets.keys()].filter((address) => !wanted.has(address));
    const found = [...wanted].filter((address) => !this.#sockets.has(address));
    const changes = [
      ...gone.map((address) => this.#close(address)),
      ...found.map((address) => this.#bindOne(address)),
    ];
    Promise.all(changes).catch((error: unknown) => {
      this.#options.log.warn({ code: codeOf(error) }, "relay could not bind a new address");
    });
  }

  async #bindOne(address: string): Promise<void> {
    const socket = openSocket(address);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once("error", reject);
    socket.bind({ address, port: this.#port, exclusive: true }, resolve);
    try {
      await promise;
    } catch (error) {
      socket.close();
      // An address that is still being checked for duplicates (RFC 4862 §5.4) comes at a rescan.
      if (codeOf(error) === "EADDRNOTAVAIL") return;
      throw bindRefusal(codeOf(error), this.#port, { cause: error });
    }
    this.#port = socket.address().port;
    this.#listen(address, socket);
  }

  #listen(address: string, socket: Socket): void {
    const { sinks, receive, log } = this.#options;
    const endpoint = `udp ${address}`;
    this.#sockets.set(address, socket);
    sinks.set(endpoint, { send: (bytes, to) => socket.send(bytes, to.port, to.address) });
    socket.removeAllListeners("error");
    socket.on("error", (error) => log.warn({ code: codeOf(error) }, "relay socket failed"));
    const clients = new KnownClients(endpoint);
    socket.on("message", (bytes: Buffer, from: RemoteInfo) => {
      // Port 0 is nobody's and cannot be answered.
      if (from.port !== 0) receive(clients.tupleOf(from.address, from.port), bytes);
    });
  }

  async #close(address: string): Promise<void> {
    const socket = this.#sockets.get(address);
    if (socket === undefined) return;
    this.#sockets.delete(address);
    this.#options.sinks.delete(`udp ${address}`);
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.close(resolve);
    await promise;
  }
}

function openSocket(address: string): Socket {
  const isIpv6 = isIP(address) === 6;
  return createSocket({
    type: isIpv6 ? "udp6" : "udp4",
    ipv6Only: isIpv6,
    recvBufferSize: shellLimits.udpBufferBytes,
    sendBufferSize: shellLimits.udpBufferBytes,
    // Destinations are addresses already; asking the resolver for each packet costs a quarter of
    // the path, and a relay has no business with names.
    lookup: (hostname, _options, callback) => callback(null, hostname, 0),
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
