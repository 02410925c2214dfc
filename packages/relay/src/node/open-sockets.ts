import { RelayError } from "../errors.ts";
import type { DataPath, DataPathOptions } from "./data-path.ts";
import { listenBridge } from "./listen-bridge.ts";
import { listenTcp } from "./listen-tcp.ts";
import { type DataPathChoice, openDataPath } from "./open-data-path.ts";
import type { Sinks } from "./sink.ts";
import { StreamClients } from "./stream-clients.ts";

export interface SocketOptions extends Omit<DataPathOptions, "sinks"> {
  readonly dataPath: DataPathChoice;
  /** Where there is a bridge, the web server has the TCP port. */
  readonly bridgeSocketPath: string | undefined;
}

/** Every socket on which a relay hears clients. */
export interface OpenSockets extends AsyncDisposable {
  readonly path: DataPath;
  readonly clients: StreamClients;
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
  const { host, limits, counters, bridgeSocketPath } = options;
  const sinks: Sinks = new Map();
  const path = sockets.use(await openDataPath(options.dataPath, { ...options, sinks }));
  const clients = sockets.use(
    new StreamClients({
      limits,
      sinks,
      counters,
      receive: path.receive,
      hasAllocation: (tuple) => path.hasAllocation(tuple),
      disconnect: (tuple) => path.disconnect(tuple),
    }),
  );
  sockets.use(
    bridgeSocketPath === undefined
      ? await listenTcp(host, path.port, clients)
      : await listenBridge(bridgeSocketPath, clients),
  );
  const owned = sockets.move();
  return { path, clients, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
