import { once } from "node:events";
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { attributeType } from "../stun/attribute.ts";
import { dataPaths } from "../test-client/data-paths.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { SocketClient } from "../test-client/socket-client.ts";
import { addressIn, channelData, dataIn } from "../test-client/turn-client.ts";
import { closed, tcpWire, udpWire } from "../test-client/wire.ts";
import { encodePreamble, readPreamble } from "./bridge-preamble.ts";
import { bridgeToRelay } from "./bridge-to-relay.ts";
import type { DataPathChoice } from "./open-data-path.ts";
import type { RunningRelay } from "./relay-config.ts";
import { runRelay } from "./run-relay.ts";

const secret = "a secret for tests";
vi.setConfig({ testTimeout: 20_000 });
let folder = "";
let path = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bridge-"));
  path = join(folder, "relay.sock");
});

afterEach(() => rm(folder, { recursive: true }));

function bridgedRelay(
  dataPath: DataPathChoice = "portable",
  bridgeSocketPath = path,
): Promise<RunningRelay> {
  const config = {
    host: "127.0.0.1",
    port: 0,
    secret,
    controlUrls: [],
    dataPath,
    bridgeSocketPath,
  };
  return runRelay(config, new MemoryLog());
}

/** A web server's port, as far as the relay's clients see it. */
async function webPort(host = "127.0.0.1"): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => {
    socket.once("data", (firstBytes) => {
      socket.pause();
      bridgeToRelay(socket, firstBytes, path);
    });
  }).listen(0, host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

describe.each(dataPaths)("on the %s data path", (dataPath) => {
  describe("a TCP client of the web server's port", () => {
    test("reaches the relay, which knows its real address", async () => {
      await using relay = await bridgedRelay(dataPath);
      await using web = await webPort();
      await using a = new SocketClient(await tcpWire("127.0.0.1", web.port), secret, "call", "a");
      await using b = new SocketClient(await udpWire("127.0.0.1", relay.port), secret, "call", "b");
      a.turn.takeChallenge(await a.ask(a.turn.allocate([], { isSigned: false })));
      const mapped = addressIn(await a.ask(a.turn.allocate()), attributeType.xorMappedAddress);
      expect([mapped.ip.join("."), mapped.port]).toEqual(["127.0.0.1", a.wire.port]);
      await using again = new SocketClient(
        await tcpWire("127.0.0.1", web.port),
        secret,
        "call",
        "a",
      );
      await again.allocate();
      await b.allocate();
      await b.ask(b.turn.bindChannel(0x4000, again.relayed));
      b.wire.send(channelData(0x4000, Buffer.from("odd")));
      expect(dataIn(await again.wire.next())).toBe("odd");
    });

    test("is known by its IPv4 address where the web server listens on IPv6 for both", async () => {
      await using relay = await bridgedRelay(dataPath);
      await using web = await webPort("::");
      await using a = new SocketClient(await tcpWire("127.0.0.1", web.port), secret, "call", "a");
      a.turn.takeChallenge(await a.ask(a.turn.allocate([], { isSigned: false })));
      const mapped = addressIn(await a.ask(a.turn.allocate()), attributeType.xorMappedAddress);
      expect([mapped.ip.join("."), relay.allocations()]).toEqual(["127.0.0.1", 1]);
    });

    test("takes its allocation along when it leaves", async () => {
      await using relay = await bridgedRelay(dataPath);
      await using web = await webPort();
      await using a = new SocketClient(await tcpWire("127.0.0.1", web.port), secret, "call", "a");
      await a.allocate();
      expect(relay.allocations()).toBe(1);
      await a[Symbol.asyncDispose]();
      await expect.poll(() => relay.allocations()).toBe(0);
    });

    test("is closed when the relay is not there, and when it goes", async () => {
      await using web = await webPort();
      const early = await tcpWire("127.0.0.1", web.port);
      early.send(Buffer.alloc(20));
      expect(await closed(early.socket)).toBe("closed");
      const relay = await bridgedRelay(dataPath);
      await using late = new SocketClient(
        await tcpWire("127.0.0.1", web.port),
        secret,
        "call",
        "a",
      );
      await late.allocate();
      const wire = await tcpWire("127.0.0.1", web.port);
      wire.send(Buffer.alloc(1));
      await relay[Symbol.asyncDispose]();
      expect(await closed(wire.socket)).toBe("closed");
    });
  });
});

describe("the bridge's socket", () => {
  test("is for its owner only", async () => {
    await using relay = await bridgedRelay();
    expect(relay.port).toBeGreaterThan(0);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("of a relay that was killed is replaced", async () => {
    // A socket that nobody listens on any more, as kill -9 leaves it: closing removes another name.
    const dead = createServer().listen(join(folder, "first-name"));
    await once(dead, "listening");
    await rename(join(folder, "first-name"), path);
    dead.close();
    await once(dead, "close");
    await using relay = await bridgedRelay();
    await using web = await webPort();
    await using a = new SocketClient(await tcpWire("127.0.0.1", web.port), secret, "call", "a");
    expect([await a.allocate(), relay.allocations()]).toEqual([0, 1]);
  });

  test("that cannot be made stops the start with a reason", async () => {
    const missing = join(folder, "missing", "relay.sock");
    await expect(bridgedRelay("portable", missing)).rejects.toMatchObject({
      code: "relay-bridge-unavailable",
    });
  });

  test("closes whoever opens with something else", async () => {
    await using relay = await bridgedRelay();
    expect(relay.port).toBeGreaterThan(0);
    for (const bytes of ["ffff", "00027b7d", "0003666f6f", "0000"]) {
      const socket = connect(path);
      socket.on("error", () => undefined);
      socket.write(Buffer.from(bytes, "hex"));
      expect(await closed(socket)).toBe("closed");
    }
  });
});

test("a preamble is read whole, in any pieces, and what follows is kept", () => {
  const preamble = {
    remoteAddress: "2001:db8::1",
    remotePort: 40_000,
    localAddress: "::1",
    localPort: 8_480,
  };
  const bytes = Buffer.concat([encodePreamble(preamble), Buffer.from("rest")]);
  for (let i = 0; i < bytes.length - 4; i++) {
    expect(readPreamble(bytes.subarray(0, i))).toEqual({ outcome: "incomplete" });
  }
  expect(readPreamble(bytes)).toEqual({ outcome: "whole", preamble, rest: Buffer.from("rest") });
});
