import { once } from "node:events";
import { WebSocket } from "ws";
import { challengeBytes, controlKey, makeProof } from "../control/control-handshake.ts";
import type { Application } from "./application.ts";
import { secret } from "./together.ts";

/** What a relay answers a challenge with, or an application that plays one. */
export function proofBy(key: string, maker: "relay" | "application", challenge: Buffer): Buffer {
  const own = Buffer.alloc(challengeBytes, 1);
  return Buffer.concat([own, makeProof(controlKey(key), maker, challenge, own)]);
}

export interface ProvenRelay extends AsyncDisposable {
  readonly socket: WebSocket;
  /** But heartbeats. */
  readonly heard: { readonly type: string }[];
  /** From now on, and what it heard before: it acts by all that it is told. */
  acknowledgeAll(): void;
}

/**
 * A peer that proves itself as a relay does, and takes the first list.
 *
 * @param says what it says as soon as it is proved; nothing, as long as nothing is named
 */
export async function provenRelay(
  application: Application,
  says: readonly object[] = [],
): Promise<ProvenRelay> {
  const socket = new WebSocket(application.url);
  const heard: { readonly type: string }[] = [];
  const listed = Promise.withResolvers<void>();
  socket.once("message", (challenge: Buffer) => socket.send(proofBy(secret, "relay", challenge)));
  let proofs = 0;
  socket.on("message", (bytes: Buffer, isBinary) => {
    // The challenge, and then the application's own proof.
    if (isBinary && ++proofs === 2) for (const said of says) socket.send(JSON.stringify(said));
    if (isBinary) return;
    const message = JSON.parse(bytes.toString()) as { type: string };
    if (message.type === "heartbeat") return;
    heard.push(message);
    listed.resolve();
  });
  socket.once("close", () => listed.resolve());
  await listed.promise;
  return {
    socket,
    heard,
    acknowledgeAll() {
      const acknowledge = (message: object) => {
        if (!("sequence" in message)) return;
        const { sequence } = message;
        socket.send(JSON.stringify({ type: "acknowledge", sequence, isApplied: true }));
      };
      for (const message of heard) acknowledge(message);
      socket.on("message", (bytes: Buffer, isBinary) => {
        if (!isBinary) acknowledge(JSON.parse(bytes.toString()) as object);
      });
    },
    async [Symbol.asyncDispose]() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const close = once(socket, "close");
      socket.terminate();
      await close;
    },
  };
}
