import { createServer, type Server } from "node:net";
import { RelayError } from "../errors.ts";
import { isWildcard, localAddresses } from "./local-addresses.ts";
import type { StreamClients } from "./stream-clients.ts";

/**
 * Listens for TURN over TCP on the port that UDP has: what a relay does that has no web server
 * beside it.
 *
 * @throws RelayError `relay-port-taken` or `relay-host-unavailable`
 */
export async function listenTcp(
  host: string,
  port: number,
  clients: StreamClients,
): Promise<Disposable> {
  using servers = new DisposableStack();
  const addresses = isWildcard(host) ? [host] : localAddresses(host);
  for (const address of addresses) {
    const server = createServer((socket) => {
      const { remoteAddress, remotePort } = socket;
      // A client that left before it was accepted has no address any more.
      if (remoteAddress === undefined || remotePort === undefined) socket.destroy();
      else clients.accept(socket, { address: remoteAddress, port: remotePort }, new Uint8Array(0));
    });
    await listen(server, { host: address, port });
    // It is not waited for: its connections end with the clients, after it.
    servers.defer(() => void server.close());
  }
  return servers.move();
}

/** Waits until a server listens. */
export async function listen(
  server: Server,
  where: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(where, resolve);
  try {
    await promise;
  } catch (cause) {
    const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    if (isTaken && "port" in where) {
      throw new RelayError(
        "relay-port-taken",
        `TCP port ${where.port} is taken by another program. Stop that, or set PORT to another number.`,
        { cause },
      );
    }
    if ("port" in where) {
      throw new RelayError(
        "relay-host-unavailable",
        `The relay could not listen on TCP port ${where.port}. Check HOST and PORT.`,
        { cause },
      );
    }
    throw new RelayError(
      "relay-bridge-unavailable",
      "The relay could not open the socket on which the server hands over TCP clients. Check that its folder is writable and its path shorter than 100 characters.",
      { cause },
    );
  }
}
