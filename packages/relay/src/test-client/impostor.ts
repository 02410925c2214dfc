import { once } from "node:events";
import { WebSocketServer } from "ws";
import { challengeBytes } from "../control/control-handshake.ts";

/** Somebody who plays the application, does not have the secret, and gives orders all the same. */
export interface Impostor extends AsyncDisposable {
  readonly port: number;
  /** What relays said to it. */
  readonly heard: readonly { readonly bytes: number; readonly isBinary: boolean }[];
  /** Resolves when a relay has left. */
  readonly left: Promise<void>;
}

export async function startImpostor(): Promise<Impostor> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const heard: { readonly bytes: number; readonly isBinary: boolean }[] = [];
  const left = Promise.withResolvers<void>();
  server.on("connection", (socket) => {
    socket.send(Buffer.alloc(challengeBytes));
    socket.on("message", (bytes: Buffer, isBinary) => {
      heard.push({ bytes: bytes.length, isBinary });
      // The relay's own challenge, for a proof.
      socket.send(bytes.subarray(0, challengeBytes));
      socket.send(JSON.stringify({ type: "live", sequence: 0, callId: "call" }));
      socket.send(JSON.stringify({ type: "drain", sequence: 1 }));
    });
    socket.on("close", () => left.resolve());
  });
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    heard,
    left: left.promise,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, "close");
    },
  };
}
