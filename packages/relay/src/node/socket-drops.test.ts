import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, test } from "vitest";
import { makeCounters } from "../turn/counters.ts";
import { SocketDrops } from "./socket-drops.ts";

const isLinux = process.platform === "linux";
if (!isLinux) console.warn("Not tested here, what the kernel drops: only Linux tells.");

test.runIf(isLinux)("packets that found a socket full are counted once", async () => {
  const full = createSocket({ type: "udp4", recvBufferSize: 4_096 });
  full.bind(0, "127.0.0.1");
  await once(full, "listening");
  const { port } = full.address();
  const from = createSocket("udp4");
  from.connect(port, "127.0.0.1");
  await once(from, "connect");
  let received = 0;
  full.on("message", () => received++);
  const counters = makeCounters();
  const drops = new SocketDrops(port, counters);
  await drops.count();
  expect(counters.drops["socket-full"]).toBe(0);
  // In one go, so that nobody reads meanwhile.
  for (let i = 0; i < 100; i++) from.send(Buffer.alloc(1_000));
  await expect
    .poll(() => drops.count().then(() => received + counters.drops["socket-full"]))
    .toBe(100);
  expect(counters.drops["socket-full"]).toBeGreaterThan(50);
  await drops.count();
  expect(received + counters.drops["socket-full"]).toBe(100);
  for (const socket of [full, from]) socket.close();
});
