import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, test, vi } from "vitest";
import { attributeType } from "../stun/attribute.ts";
import { dataPaths } from "../test-client/data-paths.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { SocketClient } from "../test-client/socket-client.ts";
import { addressIn, channelData, dataIn, readMessage } from "../test-client/turn-client.ts";
import { tcpWire, udpWire, type Wire } from "../test-client/wire.ts";
import { turnMethod } from "../turn/method.ts";
import type { RunningRelay } from "./relay-config.ts";
import { runRelay } from "./run-relay.ts";

const secret = "a secret for tests";
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

const texts = ["by indication", "", "x", "by channel", "y".repeat(1_200)];

/** Lets two clients allocate and speak both ways, then over channels; what the callee heard. */
async function converse(wireOfA: Wire, wireOfB: Wire): Promise<string[]> {
  await using a = new SocketClient(wireOfA, secret, "call", "a");
  await using b = new SocketClient(wireOfB, secret, "call", "b");
  expect([await a.allocate(), await b.allocate()]).toEqual([0, 0]);

  a.wire.send(a.turn.sendIndication(b.relayed, Buffer.from(texts[0] ?? "")));
  const indication = await b.wire.next();
  expect(readMessage(indication).method).toBe(turnMethod.data);
  expect(addressIn(indication, attributeType.xorPeerAddress)).toEqual(a.relayed);
  const heard = [dataIn(indication)];

  expect(await a.code(a.turn.createPermission(b.relayed))).toBe(0);
  expect(await a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
  expect(await b.code(b.turn.bindChannel(0x4abc, a.relayed))).toBe(0);
  for (const text of texts.slice(1)) {
    a.wire.send(padded(channelData(0x4000, Buffer.from(text))));
    const toB = await b.wire.next();
    expect(Buffer.from(toB).readUInt16BE(0)).toBe(0x4abc);
    heard.push(dataIn(toB));
    b.wire.send(padded(channelData(0x4abc, Buffer.from(text))));
    const toA = await a.wire.next();
    expect([Buffer.from(toA).readUInt16BE(0), dataIn(toA)]).toEqual([0x4000, text]);
  }
  return heard;
}

function padded(frame: Uint8Array): Uint8Array {
  return Buffer.concat([frame, Buffer.alloc(-frame.length & 3)]);
}

vi.setConfig({ testTimeout: 20_000 });

describe.each(dataPaths)("a relay on the %s data path", (dataPath) => {
  const alone = { host: "127.0.0.1", port: 0, secret, controlUrls: [], dataPath };

  function aloneRelay(host = "127.0.0.1", log = new MemoryLog()): Promise<RunningRelay> {
    return runRelay({ ...alone, host }, log);
  }

  describe("two clients exchange data", () => {
    test("over UDP", async () => {
      await using relay = await aloneRelay();
      const wires = await Promise.all([
        udpWire("127.0.0.1", relay.port),
        udpWire("127.0.0.1", relay.port),
      ]);
      expect(await converse(...wires)).toEqual(texts);
    });

    test("over TCP", async () => {
      await using relay = await aloneRelay();
      const wires = await Promise.all([
        tcpWire("127.0.0.1", relay.port),
        tcpWire("127.0.0.1", relay.port),
      ]);
      expect(await converse(...wires)).toEqual(texts);
    });

    test("one over TCP, the other over UDP", async () => {
      await using relay = await aloneRelay();
      const wires = await Promise.all([
        tcpWire("127.0.0.1", relay.port),
        udpWire("127.0.0.1", relay.port),
      ]);
      expect(await converse(...wires)).toEqual(texts);
    });

    test.runIf(hasIpv6)("one over IPv4, the other over IPv6, and TCP between", async () => {
      await using relay = await aloneRelay("localhost");
      expect(
        await converse(await udpWire("127.0.0.1", relay.port), await udpWire("::1", relay.port)),
      ).toEqual(texts);
      expect(
        await converse(await tcpWire("127.0.0.1", relay.port), await udpWire("::1", relay.port)),
      ).toEqual(texts);
      expect(
        await converse(await tcpWire("::1", relay.port), await udpWire("127.0.0.1", relay.port)),
      ).toEqual(texts);
    });

    test("on every address of a machine, each answering for itself", async () => {
      await using relay = await aloneRelay("::");
      const addresses = Object.values(networkInterfaces())
        .flatMap((one) => one ?? [])
        .map(({ address }) => address)
        .filter((address) => !address.startsWith("fe80"));
      for (const address of addresses) {
        // A connected UDP socket hears nothing from any other address.
        expect(
          await converse(
            await udpWire(address, relay.port),
            await tcpWire("127.0.0.1", relay.port),
          ),
        ).toEqual(texts);
      }
    });
  });

  describe("a relay that cannot start says why", () => {
    test("when the UDP port is taken", async () => {
      await using other = await aloneRelay();
      const config = { ...alone, port: other.port };
      await expect(runRelay(config, new MemoryLog())).rejects.toMatchObject({
        code: "relay-port-taken",
      });
    });

    test("when the UDP port is taken on one address of several", async () => {
      const socket = createSocket("udp4");
      socket.bind(0, "127.0.0.1");
      await once(socket, "listening");
      const config = { ...alone, host: "::", port: socket.address().port };
      await expect(runRelay(config, new MemoryLog())).rejects.toMatchObject({
        code: "relay-port-taken",
      });
      socket.close();
    });

    test("when the TCP port is taken, and gives the UDP port back", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      const config = { ...alone, port };
      await expect(runRelay(config, new MemoryLog())).rejects.toMatchObject({
        code: "relay-port-taken",
      });
      server.close();
      await once(server, "close");
      await using relay = await runRelay(config, new MemoryLog());
      expect(relay.port).toBe(port);
    });

    test.each([
      ["an address that this machine has not", { host: "203.0.113.77" }, "relay-host-unavailable"],
      ["a name", { host: "relay.example" }, "relay-config-refused"],
      ["no secret", { secret: "" }, "relay-config-refused"],
      ["a control address for HTTP", { controlUrls: ["http://x/"] }, "relay-config-refused"],
      ["a control address that is none", { controlUrls: ["x"] }, "relay-config-refused"],
    ])("when it is given %s", async (_, setting, code) => {
      const config = { ...alone, ...setting };
      await expect(runRelay(config, new MemoryLog())).rejects.toMatchObject({ code });
    });
  });

  test("port 0 is a number that is free for UDP and for TCP", async () => {
    const relays = await Promise.all(Array.from({ length: 5 }, () => aloneRelay("localhost")));
    expect(new Set(relays.map(({ port }) => port)).size).toBe(5);
    for (const relay of relays) await relay[Symbol.asyncDispose]();
  });

  test("a relay that is disposed of gives its port back and ends its connections", async () => {
    const relay = await aloneRelay();
    await using wire = await tcpWire("127.0.0.1", relay.port);
    const close = once(wire.socket, "close");
    await relay[Symbol.asyncDispose]();
    await close;
    const config = { ...alone, port: relay.port };
    await using again = await runRelay(config, new MemoryLog());
    expect(again.port).toBe(relay.port);
  });

  test("a client is told its own address, over UDP and over TCP", async () => {
    await using relay = await aloneRelay();
    for (const wire of [
      await udpWire("127.0.0.1", relay.port),
      await tcpWire("127.0.0.1", relay.port),
    ]) {
      await using client = new SocketClient(wire, secret, "call", "a");
      client.turn.takeChallenge(await client.ask(client.turn.allocate([], { isSigned: false })));
      const answer = await client.ask(client.turn.allocate());
      const mapped = addressIn(answer, attributeType.xorMappedAddress);
      expect([mapped.ip.join("."), mapped.port]).toEqual(["127.0.0.1", wire.port]);
    }
  });

  test("a TCP connection that ends takes its allocation along", async () => {
    await using relay = await aloneRelay();
    const wire = await tcpWire("127.0.0.1", relay.port);
    const gone = new SocketClient(wire, secret, "call", "a");
    await gone.allocate();
    expect(relay.allocations()).toBe(1);
    await gone[Symbol.asyncDispose]();
    await expect.poll(() => relay.allocations()).toBe(0);
  });

  test("no address is ever logged", async () => {
    const log = new MemoryLog();
    await using relay = await aloneRelay("127.0.0.1", log);
    await converse(await udpWire("127.0.0.1", relay.port), await tcpWire("127.0.0.1", relay.port));
    await relay[Symbol.asyncDispose]();
    expect(log.lines.join("\n")).not.toMatch(/\d+\.\d+\.\d+\.\d+|::/);
  });
});
