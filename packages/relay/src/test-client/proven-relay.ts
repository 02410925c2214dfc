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
  readonly heard: { readonly type: string }[];
}

/** A peer that proves itself as a relay does, takes the first list, and says nothing of its own. */
export async function provenRelay(application: Application): Promise<ProvenRelay> {
  const socket = new WebSocket(application.url);
  const heard: { readonly type: string }[] = [];
  const listed = Promise.withResolvers<void>();
  socket.once("message", (challenge: Buffer) => socket.send(proofBy(secret, "relay", challenge)));
  socket.on("message", (bytes: Buffer, isBinary) => {
    if (isBinary) return;
    heard.push(JSON.parse(bytes.toString()) as { type: string });
    listed.resolve();
  });
  await listed.promise;
  return {
    socket,
    heard,
    async [Symbol.asyncDispose]() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const close = once(socket, "close");
      socket.terminate();
      await close;
    },
  };
}
