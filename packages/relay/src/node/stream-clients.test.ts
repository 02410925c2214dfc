import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { relayLimits, type RelayLimits } from "../limits.ts";
import { dataPaths } from "../test-client/data-paths.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { SocketClient } from "../test-client/socket-client.ts";
import { dataIn } from "../test-client/turn-client.ts";
import { closed, tcpWire } from "../test-client/wire.ts";
import { makeCounters } from "../turn/counters.ts";
import { fiveTuple } from "../turn/five-tuple.ts";
import type { RunningRelay } from "./relay-config.ts";
import { runRelay } from "./run-relay.ts";
import type { Sinks } from "./sink.ts";
import { StreamClients } from "./stream-clients.ts";

const secret = "a secret for tests";

vi.setConfig({ testTimeout: 20_000 });

describe.each(dataPaths)("on the %s data path", (dataPath) => {
  function relayWith(limits: Partial<RelayLimits>): Promise<RunningRelay> {
    const config = { host: "127.0.0.1", port: 0, secret, controlUrls: [], dataPath, limits };
    return runRelay(config, new MemoryLog());
  }

  describe("a TCP client is closed", () => {
    test("when it does not allocate in time, and not when it does", async () => {
      await using relay = await relayWith({ connectionIdleMs: 1_500 });
      await using allocated = new SocketClient(
        await tcpWire("127.0.0.1", relay.port),
        secret,
        "call",
        "a",
      );
      await allocated.allocate();
      await using silent = await tcpWire("127.0.0.1", relay.port);
      expect(await closed(silent.socket)).toBe("closed");
      expect(await allocated.code(allocated.turn.refresh())).toBe(0);
    });

    test("when it speaks something else", async () => {
      await using relay = await relayWith({});
      for (const bytes of ["GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\0\x01", "\xff"]) {
        await using wire = await tcpWire("127.0.0.1", relay.port);
        wire.send(Buffer.from(bytes, "latin1"));
        wire.send(Buffer.alloc(16_384));
        expect(await closed(wire.socket)).toBe("closed");
      }
    });

    test("when it announces a frame that is too long", async () => {
      await using relay = await relayWith({});
      await using wire = await tcpWire("127.0.0.1", relay.port);
      wire.send(Buffer.from("4000fffc", "hex"));
      expect(await closed(wire.socket)).toBe("closed");
    });

    test("when its source has too many connections; others are not", async () => {
      await using relay = await relayWith({ connectionsPerSourceMax: 2 });
      await using first = await tcpWire("127.0.0.1", relay.port);
      await using second = await tcpWire("127.0.0.1", relay.port);
      await using third = await tcpWire("127.0.0.1", relay.port);
      expect(await closed(third.socket)).toBe("closed");
      const client = new SocketClient(second, secret, "call", "a");
      expect(await client.allocate()).toBe(0);
      await first[Symbol.asyncDispose]();
      // The place of the first is free, as soon as the relay has heard of its end.
      await expect
        .poll(
          async () => {
            await using wire = await tcpWire("127.0.0.1", relay.port);
            return await new SocketClient(wire, secret, "call", "b").allocate().catch(() => -1);
          },
          { timeout: 10_000 },
        )
        .toBe(0);
    });
  });

  test("a client is understood that sends one byte at a time", async () => {
    await using relay = await relayWith({});
    const wire = await tcpWire("127.0.0.1", relay.port);
    wire.socket.setNoDelay(true);
    await using client = new SocketClient(
      { ...wire, send: (bytes) => bytes.forEach((byte) => wire.send(Uint8Array.of(byte))) },
      secret,
      "call",
      "a",
    );
    expect(await client.allocate()).toBe(0);
    expect(await client.code(client.turn.refresh())).toBe(0);
  });

  test("a client that sends much at once is understood frame by frame", async () => {
    await using relay = await relayWith({});
    await using a = new SocketClient(await tcpWire("127.0.0.1", relay.port), secret, "call", "a");
    await using b = new SocketClient(await tcpWire("127.0.0.1", relay.port), secret, "call", "b");
    await a.allocate();
    await b.allocate();
    const texts = Array.from({ length: 50 }, (_, i) => `packet ${i}`);
    const frames = texts.map((text) => a.turn.sendIndication(b.relayed, Buffer.from(text)));
    a.wire.send(Buffer.concat(frames));
    for (const text of texts) expect(dataIn(await b.wire.next())).toBe(text);
  });
});

test("what a client does not read is dropped and counted beyond the limit, and never queued", async () => {
  const counters = makeCounters();
  const sinks: Sinks = new Map();
  const limits = { ...relayLimits, streamBacklogBytesMax: 50_000 };
  using clients = new StreamClients({
    limits,
    sinks,
    counters,
    receive: () => "taken",
    hasAllocation: () => Promise.resolve(true),
    disconnect: () => undefined,
  });
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const connected = once(server, "connection");
  await using wire = await tcpWire(
    "127.0.0.1",
    typeof address === "object" ? (address?.port ?? 0) : 0,
  );
  wire.socket.pause();
  const socket = ((await connected) as [Socket])[0];
  server.close();
  clients.accept(socket, { address: "127.0.0.1", port: wire.port }, Buffer.of());
  const [sink] = sinks.values();
  const to = fiveTuple("tcp", "tcp 0", "127.0.0.1", wire.port);
  for (let sent = 0; sent < 40_000_000; sent += 1_200) sink?.send(Buffer.alloc(1_200, 0x40), to);
  expect(socket.writableLength).toBeLessThanOrEqual(50_000);
  expect(socket.writableLength).toBeGreaterThan(40_000);
  expect(counters.drops["stream-full"]).toBeGreaterThan(0);
});
