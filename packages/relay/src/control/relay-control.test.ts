import { describe, expect, test } from "vitest";
import { attributeType } from "../stun/attribute.ts";
import { startApplication } from "../test-client/application.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { SocketClient } from "../test-client/socket-client.ts";
import {
  bindingRequest,
  joined,
  reaches,
  secret,
  startRelay,
  together,
  udpClient,
} from "../test-client/together.ts";
import { addressIn, readMessage } from "../test-client/turn-client.ts";
import { tcpWire, udpWire } from "../test-client/wire.ts";
import { turnMethod } from "../turn/method.ts";
import type { LiveCall } from "./live-call.ts";

describe("a call", () => {
  test("can be allocated for once it was declared live, and not before", async () => {
    await using both = await together();
    const { application, relay } = both;
    await using early = await udpClient(relay, "a");
    expect(await early.allocate()).toBe(401);
    expect(await application.control.callLive("call")).toBe(true);
    await using caller = await udpClient(relay, "a");
    expect(await caller.allocate()).toBe(0);
  });

  test("lets its two parties reach each other once it was joined, until it ends", async () => {
    await using both = await together();
    const { application, relay } = both;
    await application.control.callLive("call");
    await using a = await udpClient(relay, "a");
    await using b = await udpClient(relay, "b");
    await using b2 = await udpClient(relay, "b", "call", "b2");
    for (const one of [a, b, b2]) expect(await one.allocate()).toBe(0);
    expect(await reaches(a, b)).toBe(false);
    expect(await application.control.join("call", "a1", "b1")).toBe(true);
    expect(relay.allocations()).toBe(2);
    expect([await reaches(a, b), await reaches(b, a)]).toEqual([true, true]);
    expect(await application.control.end("call")).toBe(true);
    expect(relay.allocations()).toBe(0);
    expect(await application.control.callLive("call")).toBe(false);
    expect(await application.control.join("call", "a1", "b1")).toBe(false);
  });
});

describe("a direct call", () => {
  test("has its parties told their own addresses over UDP and TCP, a relayed one does not", async () => {
    await using both = await together();
    const { application, relay } = both;
    for (const callId of ["direct", "relayed"]) await application.control.callLive(callId);
    for (const wire of [
      await udpWire("127.0.0.1", relay.port),
      await tcpWire("127.0.0.1", relay.port),
    ]) {
      await using direct = new SocketClient(wire, secret, "direct", "a");
      expect(await application.control.direct("direct")).toBe(true);
      expect(await direct.allocate()).toBe(0);
      const answer = await direct.ask(bindingRequest(direct));
      const mapped = addressIn(answer, attributeType.xorMappedAddress);
      expect([mapped.ip.join("."), mapped.port]).toEqual(["127.0.0.1", wire.port]);
    }
    await using relayed = await udpClient(relay, "a", "relayed");
    await relayed.allocate();
    relayed.wire.send(bindingRequest(relayed));
    expect(readMessage(await relayed.ask(relayed.turn.refresh())).method).toBe(turnMethod.refresh);
    await application.control.end("direct");
    expect(await application.control.direct("direct")).toBe(false);
  });

  test("is known to a relay that starts again, from the list", async () => {
    const liveCalls = [{ callId: "call", join: joined, direct: true }];
    await using both = await together(() => liveCalls);
    await using a = await udpClient(both.relay, "a");
    await a.allocate();
    expect(await a.code(bindingRequest(a))).toBe(0);
  });
});

describe("while control is lost", () => {
  test("live calls go on, new ones are refused, and it comes back by itself", async () => {
    const liveCalls: LiveCall[] = [{ callId: "call", join: joined }];
    const first = await startApplication({ secret, liveCalls: () => liveCalls });
    const log = new MemoryLog();
    let ready = first.log.next("relay connected");
    await using relay = await startRelay(log, first.url);
    await ready;
    await using a = await udpClient(relay, "a");
    await using b = await udpClient(relay, "b");
    await a.allocate();
    await b.allocate();

    const lost = log.next("relay control lost: live calls go on, new ones are refused");
    await first[Symbol.asyncDispose]();
    await lost;
    expect(relay.connectedControls()).toBe(0);
    expect(await reaches(a, b)).toBe(true);
    await using again = await udpClient(relay, "a");
    expect(await again.allocate()).toBe(0);
    await using other = await udpClient(relay, "a", "another");
    expect(await other.allocate()).toBe(401);

    liveCalls.push({ callId: "another" });
    const options = { secret, port: first.port, liveCalls: (): LiveCall[] => liveCalls };
    await using second = await startApplication(options);
    ready = second.log.next("relay connected");
    await ready;
    expect(await reaches(b, a)).toBe(true);
    expect(await other.allocate()).toBe(0);
  });

  test("a call ends that the application does not list when it is back", async () => {
    const first = await startApplication({ secret, liveCalls: () => [{ callId: "call" }] });
    const ready = first.log.next("relay connected");
    await using relay = await startRelay(new MemoryLog(), first.url);
    await ready;
    await using a = await udpClient(relay, "a");
    await a.allocate();
    await first[Symbol.asyncDispose]();
    expect(relay.allocations()).toBe(1);
    await using second = await startApplication({ secret, port: first.port });
    await second.log.next("relay connected");
    expect(relay.allocations()).toBe(0);
  });

  test("a relay that starts again is told who is joined", async () => {
    const calls = [{ callId: "call", join: joined }];
    await using application = await startApplication({ secret, liveCalls: () => calls });
    for (let starts = 0; starts < 2; starts++) {
      const ready = application.log.next("relay connected");
      await using relay = await startRelay(new MemoryLog(), application.url);
      await ready;
      await using a = await udpClient(relay, "a");
      await using b = await udpClient(relay, "b");
      expect([await a.allocate(), await b.allocate()]).toEqual([0, 0]);
      expect(await reaches(a, b)).toBe(true);
      await using b2 = await udpClient(relay, "b", "call", "b2");
      expect(await b2.allocate()).toBe(401);
    }
  });
});

describe("what happens while the list is being made", () => {
  test("is said after it, so that an old list undoes nothing", async () => {
    const list = Promise.withResolvers<readonly LiveCall[]>();
    const asked = Promise.withResolvers<void>();
    await using application = await startApplication({
      secret,
      liveCalls: () => {
        asked.resolve();
        return list.promise;
      },
    });
    await using relay = await startRelay(new MemoryLog(), application.url);
    await asked.promise;
    const statements = [application.control.callLive("young"), application.control.end("old")];
    expect(application.control.connectedRelays()).toBe(0);
    list.resolve([{ callId: "old" }]);
    expect(await Promise.all(statements)).toEqual([true, true]);
    await using young = await udpClient(relay, "a", "young");
    await using old = await udpClient(relay, "a", "old");
    expect([await young.allocate(), await old.allocate()]).toEqual([0, 401]);
  });

  test("a list that cannot be made is made again for the next connection", async () => {
    let attempts = 0;
    await using application = await startApplication({
      secret,
      liveCalls: () => {
        attempts++;
        if (attempts === 1) throw new Error("the database is away");
        return [];
      },
    });
    const ready = application.log.next("relay connected");
    await using relay = await startRelay(new MemoryLog(), application.url);
    await ready;
    expect([attempts, relay.connectedControls()]).toEqual([2, 1]);
    expect(application.log.lines.join()).toContain("live calls could not be listed");
  });
});

test("a relay of two applications takes each one's word for its own calls", async () => {
  await using first = await startApplication({ secret, liveCalls: () => [{ callId: "one" }] });
  await using second = await startApplication({ secret, liveCalls: () => [{ callId: "two" }] });
  const ready = [first, second].map((application) => application.log.next("relay connected"));
  await using relay = await startRelay(new MemoryLog(), first.url, second.url);
  await Promise.all(ready);
  expect(relay.connectedControls()).toBe(2);
  for (const [callId, code] of [
    ["one", 0],
    ["two", 0],
    ["three", 401],
  ] as const) {
    await using a = await udpClient(relay, "a", callId);
    expect(await a.allocate()).toBe(code);
  }
});
