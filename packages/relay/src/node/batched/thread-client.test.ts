import { expect, test } from "vitest";
import { relayLimits, shellLimits } from "../../limits.ts";
import { dataPaths } from "../../test-client/data-paths.ts";
import { Doorbell } from "./doorbell.ts";
import { FrameRing } from "./frame-ring.ts";
import { ThreadClient } from "./thread-client.ts";
import type { Order } from "./thread-message.ts";

const isHere = dataPaths.includes("batched");

function makeRing(): SharedArrayBuffer {
  return FrameRing.make(shellLimits.frameRingBytes).shared;
}

function startThread(addresses: readonly string[]): ThreadClient {
  return new ThreadClient({
    start: {
      addresses,
      port: 0,
      secret: Buffer.from("a secret for tests"),
      limits: relayLimits,
      isAlone: true,
      fromStreams: makeRing(),
      toStreams: makeRing(),
    },
    doorbell: new Doorbell(),
    onNotBound: () => undefined,
  });
}

test.runIf(isHere)("a thread that ends by itself is told of, and can still be let go", async () => {
  const thread = startThread(["127.0.0.1"]);
  expect(await thread.first).toMatchObject({ type: "ready" });
  // An order that it does not know, as a broken program would give: it goes no further.
  thread.order({ type: "unknown" } as unknown as Order);
  await expect(thread.failed).rejects.toThrow("The thread that moves packets has ended.");
  await thread[Symbol.asyncDispose]();
});

test.runIf(isHere)("a thread that cannot listen says so before it ends", async () => {
  const thread = startThread(["203.0.113.77"]);
  expect(await thread.first).toEqual({ type: "refused", code: undefined });
  await thread[Symbol.asyncDispose]();
});

test.runIf(isHere)(
  "answers come in the order of the questions, and orders before them are done",
  async () => {
    await using thread = startThread(["127.0.0.1"]);
    await thread.first;
    const instruct = (type: "live" | "end") =>
      thread.ask({
        ask: "instruct",
        speaker: { connection: "control" },
        instruction: { type, sequence: 0, callId: "call" },
      });
    const order: string[] = [];
    const note = (what: string) => (is: boolean) => order.push(`${what} ${is}`);
    await Promise.all([
      instruct("live").then(note("live")),
      instruct("end").then(note("end")),
      instruct("live").then(note("live")),
    ]);
    expect(order).toEqual(["live true", "end true", "live false"]);
    thread.order({ type: "drain" });
    expect(await thread.ask({ ask: "figures" })).toMatchObject({ isDraining: true });
  },
);
