import { chmod, lstat, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { readPreamble } from "./bridge-preamble.ts";
import { listen } from "./listen-tcp.ts";
import type { StreamClients } from "./stream-clients.ts";

/**
 * Listens on the Unix socket over which the application hands over the TURN clients of its own TCP
 * port: one connection for each client, opened by a preamble that says who it is.
 *
 * @throws RelayError `relay-bridge-unavailable`
 */
export async function listenBridge(path: string, clients: StreamClients): Promise<Disposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    readUntilPreamble(socket, clients);
  });
  await removeLeftover(path);
  await listen(server, { path });
  // Whoever may write here can claim any address as his own.
  await chmod(path, 0o600);
  return {
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Removes the socket of a relay that was killed. UDP's port says whether another one is running. */
async function removeLeftover(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket() === true) await rm(path);
}

function readUntilPreamble(socket: Socket, clients: StreamClients): void {
  let bytes = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", function read(chunk: Buffer): void {
    bytes = Buffer.concat([bytes, chunk]);
    const result = readPreamble(bytes);
    switch (result.outcome) {
      case "incomplete":
        return;
      case "malformed":
        socket.destroy();
        return;
      case "whole": {
        socket.off("data", read);
        const { remoteAddress: address, remotePort: port } = result.preamble;
        clients.accept(socket, { address, port }, result.rest);
      }
    }
  });
}
