import { once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { closeCodes, limits } from "@ringfence/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import type { FoundLogin, Login } from "../accounts/logins.ts";
import { askedHostOf } from "../http/asked-host.ts";
import type { Logger } from "../logger.ts";
import { Connection, type ConnectionParts, type Wire } from "./connection.ts";
import { connectionLimits } from "./connection-limits.ts";
import type { Registry } from "./registry.ts";

const signallingPath = "/api/signalling";
/** How long the clients have to answer the close of a server that ends. */
const closeTimeoutMs = 1_000;

export interface SignallingParts extends ConnectionParts {
  registry: Registry;
  logger: Logger;
  /** Whether a page of this origin may open a connection with the browser's cookies. */
  isOriginAllowed(request: IncomingMessage): boolean;
  findLogin(request: IncomingMessage): Promise<FoundLogin>;
  /** The last connection of a device to this node has ended. */
  disconnected(device: Login): void;
  /** Takes an upgrade to another path (the relay's control); false when there is nothing there. */
  acceptOther(path: string, request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

/** Serves WebSockets on the web server's port, until disposed. */
export function acceptConnections(server: Server, parts: SignallingParts): AsyncDisposable {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytesMax,
    // Descriptions and short JSON: a compression context of 300 kB a connection buys nothing.
    perMessageDeflate: false,
  });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A peer that resets before the handshake is over is no broken program.
    socket.on("error", () => socket.destroy());
    const path = URL.parse(request.url ?? "/", "http://any")?.pathname ?? "/";
    if (path !== signallingPath) {
      if (!parts.acceptOther(path, request, socket, head)) refuseUpgrade(socket, "404 Not Found");
    } else if (!parts.isOriginAllowed(request)) {
      refuseUpgrade(socket, "403 Forbidden");
    } else {
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        void attach(webSocket, request, parts);
      });
    }
  };
  server.on("upgrade", onUpgrade);
  const silenceCheck = setInterval(
    () => parts.registry.checkSilence(),
    connectionLimits.silenceCheckMs,
  );
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(silenceCheck);
      server.off("upgrade", onUpgrade);
      parts.registry.closeAll(closeCodes.restarting, "The server restarts.");
      // RFC 6455 §7.1.1: a peer that answers the close frame knows why; one that does not is cut off.
      const closed = [...sockets.clients].map((socket) => once(socket, "close"));
      await Promise.race([Promise.all(closed), setTimeout(closeTimeoutMs, null, { ref: false })]);
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

async function attach(
  webSocket: WebSocket,
  request: IncomingMessage,
  parts: SignallingParts,
): Promise<void> {
  // Frames may come before the login is looked up: they wait, in their order.
  const early: string[] = [];
  let connection: Connection | undefined;
  webSocket.on("error", () => webSocket.terminate());
  webSocket.on("message", (bytes, isBinary) => {
    if (isBinary || !Buffer.isBuffer(bytes)) {
      webSocket.close(closeCodes.malformed, "Frames are text.");
    } else if (connection !== undefined) {
      connection.receive(bytes.toString("utf8"));
    } else if (early.push(bytes.toString("utf8")) > connectionLimits.messagesWaitingMax) {
      webSocket.terminate();
    }
  });
  const found = await parts.findLogin(request).catch((error: unknown) => {
    parts.logger.error({ error }, "a login could not be looked up");
    return undefined;
  });
  if (found === undefined) {
    webSocket.close(closeCodes.restarting, "The server cannot answer now.");
    return;
  }
  if (webSocket.readyState !== webSocket.OPEN) return;
  if (found.state === "reset" || found.state === "nobody") {
    webSocket.close(closeCodes.notSignedIn, "This device is not signed in.");
    return;
  }
  const { login } = found;
  const device = { ...login, askedHost: askedHostOf(request) };
  const opened = new Connection(device, wireOf(webSocket, request.socket), parts);
  if (found.state === "suspended") {
    opened.closeSuspended();
    return;
  }
  webSocket.on("close", () => {
    opened.closed();
    if (parts.registry.remove(opened)) parts.disconnected(login);
  });
  if (!(await parts.registry.add(opened))) {
    opened.close(closeCodes.tooManyRequests, "This account has too many connections.");
    return;
  }
  connection = opened;
  for (const text of early) opened.receive(text);
}

function wireOf(webSocket: WebSocket, socket: Socket): Wire {
  let isCorked = false;
  const uncork = () => {
    isCorked = false;
    socket.uncork();
  };
  return {
    send(text) {
      // What one commit tells a device goes out together: the kernel's part costs most of a frame.
      if (!isCorked) {
        isCorked = true;
        socket.cork();
        process.nextTick(uncork);
      }
      webSocket.send(text);
    },
    close: (code, reason) => webSocket.close(code, reason),
    queuedBytes: () => webSocket.bufferedAmount,
  };
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
