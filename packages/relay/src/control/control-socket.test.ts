import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { ControlSocket, type ControlWaits } from "./control-socket.ts";

const waits: ControlWaits = {
  controlHandshakeMs: 60_000,
  controlHeartbeatMs: 50,
  controlSilenceMs: 600,
};
const nothing = { proof: () => undefined, message: () => undefined, close: () => undefined };

/** Two ends of one WebSocket. */
async function socketPair(): Promise<AsyncDisposable & { ours: WebSocket; theirs: WebSocket }> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const accepted = once(sockets, "connection");
  const theirs = new WebSocket(`ws://127.0.0.1:${port}/`);
  await once(theirs, "open");
  const [ours] = (await accepted) as [WebSocket];
  return {
    ours,
    theirs,
    async [Symbol.asyncDispose]() {
      theirs.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

test("a peer that does not prove itself in time is given up", async () => {
  await using pair = await socketPair();
  const gone = once(pair.theirs, "close");
  expect(new ControlSocket(pair.ours, nothing, { ...waits, controlHandshakeMs: 20 })).toBeDefined();
  await gone;
  expect(pair.theirs.readyState).toBe(WebSocket.CLOSED);
});

test("a proven peer that falls silent is given up, after it was told that we are here", async () => {
  await using pair = await socketPair();
  const heard: string[] = [];
  pair.theirs.on("message", (bytes: Buffer) => heard.push(bytes.toString()));
  const gone = once(pair.theirs, "close");
  new ControlSocket(pair.ours, nothing, waits).authenticate();
  await gone;
  expect(new Set(heard)).toEqual(new Set(['{"type":"heartbeat"}']));
});

test("two peers that have nothing to say keep each other", async () => {
  await using pair = await socketPair();
  let beats = 0;
  const enough = Promise.withResolvers<void>();
  const events = {
    ...nothing,
    // Twice the silence that would end it.
    message: () => {
      beats++;
      if (beats === 24) enough.resolve();
    },
  };
  new ControlSocket(pair.ours, events, waits).authenticate();
  new ControlSocket(pair.theirs, nothing, waits).authenticate();
  await enough.promise;
  expect([pair.ours.readyState, pair.theirs.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
});
