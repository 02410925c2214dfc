import { RelayError } from "../errors.ts";
import { listenBridge } from "./listen-bridge.ts";
import { listenTcp } from "./listen-tcp.ts";
import type { StreamClients } from "./stream-clients.ts";
import { type UdpOptions, UdpSockets } from "./udp-sockets.ts";

export interface SocketOptions extends UdpOptions {
  readonly clients: StreamClients;
  /** Where there is a bridge, the web server has the TCP port. */
  readonly bridgeSocketPath: string | undefined;
}

/** Every socket on which a relay hears clients. */
export interface OpenSockets extends AsyncDisposable {
  readonly port: number;
}

/** A number that UDP was given may be taken for TCP, by any connection of this machine. */
const attemptsMax = 10;

/**
 * Opens UDP, and TCP or the bridge. Port 0 picks a number that is free for all of them.
 *
 * @throws RelayError when it cannot have its port, its host or its bridge
 */
export async function openSockets(options: SocketOptions): Promise<OpenSockets> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openOnce(options);
    } catch (error) {
      const isTaken = error instanceof RelayError && error.code === "relay-port-taken";
      if (!isTaken || options.port !== 0 || attempt === attemptsMax) throw error;
    }
  }
}

async function openOnce(options: SocketOptions): Promise<OpenSockets> {
  await using sockets = new AsyncDisposableStack();
  const { clients, bridgeSocketPath } = options;
  const udp = sockets.use(await UdpSockets.bind(options));
  sockets.use(
    bridgeSocketPath === undefined
      ? await listenTcp(options.host, udp.port, clients)
      : await listenBridge(bridgeSocketPath, clients),
  );
  const owned = sockets.move();
  return { port: udp.port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
