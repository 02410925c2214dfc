import { once } from "node:events";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import type { LiveCalls } from "../control/relay-connection.ts";
import { RelayControl } from "../control/relay-control.ts";
import { MemoryLog } from "./memory-log.ts";

export interface ApplicationOptions {
  readonly secret: string;
  /** 0, or the port of an application that comes back. */
  readonly port?: number;
  readonly liveCalls?: LiveCalls;
  readonly database?: string;
}

/** What an application has of the relay: a web server whose WebSockets go to `RelayControl`. */
export interface Application extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly control: RelayControl;
  readonly log: MemoryLog;
}

export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const log = new MemoryLog();
  const { secret, liveCalls = () => [], database } = options;
  const control = new RelayControl({ secret, liveCalls, database, log });
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => control.accept(socket));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return {
    url: `ws://127.0.0.1:${port}/`,
    port,
    control,
    log,
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      sockets.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
