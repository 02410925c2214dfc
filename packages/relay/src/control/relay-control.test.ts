import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { RunningRelay } from "../node/relay-config.ts";
import { runRelay } from "../node/run-relay.ts";
import { attributeType } from "../stun/attribute.ts";
import { type Application, startApplication } from "../test-client/application.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { SocketClient } from "../test-client/socket-client.ts";
import { addressIn, dataIn, readMessage } from "../test-client/turn-client.ts";
import { tcpWire, udpWire } from "../test-client/wire.ts";
import type { Party } from "../turn/credential.ts";
import { turnMethod } from "../turn/method.ts";
import { challengeBytes, controlKey, makeProof } from "./control-handshake.ts";
import type { LiveCall } from "./live-call.ts";

const secret = "a secret for tests";
const joined = { callerDevice: "a1", calleeDevice: "b1" };

function startRelay(log: MemoryLog, ...controlUrls: string[]): Promise<RunningRelay> {
  return runRelay({ host: "127.0.0.1", port: 0, secret, controlUrls }, log);
}

/** An application and a relay that know each other. */
async function together(
  liveCalls: () => readonly LiveCall[] | Promise<readonly LiveCall[]> = () => [],
): Promise<AsyncDisposable & { application: Application; relay: RunningRelay; log: MemoryLog }> {
  const application = await startApplication({ secret, liveCalls });
  const log = new MemoryLog();
  const ready = application.log.next("relay connected");
  const relay = await startRelay(log, application.url);
  await ready;
  return {
    application,
    relay,
    log,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await application[Symbol.asyncDispose]();
    },
  };
}

async function client(
  relay: RunningRelay,
  party: Party,
  callId = "call",
  device = `${party}1`,
): Promise<SocketClient> {
  return new SocketClient(await udpWire("127.0.0.1", relay.port), secret, callId, party, device);
}

function binding(by: SocketClient): Uint8Array {
  return by.turn.request(turnMethod.binding, [], { isSigned: false });
}

/** Whether something that one client sends reaches the other. */
async function reaches(from: SocketClient, to: SocketClient): Promise<boolean> {
  from.wire.send(from.turn.sendIndication(to.relayed, Buffer.from("hello")));
  // The relay has one socket: what it is asked after that, it answers after that.
  await from.code(from.turn.refresh());
  to.wire.send(to.turn.refresh());
  let hasCome = false;
  for (;;) {
    const bytes = await to.wire.next();
    if (readMessage(bytes).method === turnMethod.refresh) return hasCome;
    hasCome ||= dataIn(bytes) === "hello";
  }
}

describe("a call", () => {
  test("can be allocated for once it was declared live, and not before", async () => {
    await using both = await together();
    const { application, relay } = both;
    await using early = await client(relay, "a");
    expect(await early.allocate()).toBe(401);
    expect(await application.control.callLive("call")).toBe(true);
    await using caller = await client(relay, "a");
    expect(await caller.allocate()).toBe(0);
  });

  test("lets its two parties reach each other once it was joined, until it ends", async () => {
    await using both = await together();
    const { application, relay } = both;
    await application.control.callLive("call");
    await using a = await client(relay, "a");
    await using b = await client(relay, "b");
    await using b2 = await client(relay, "b", "call", "b2");
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
      const answer = await direct.ask(binding(direct));
      const mapped = addressIn(answer, attributeType.xorMappedAddress);
      expect([mapped.ip.join("."), mapped.port]).toEqual(["127.0.0.1", wire.port]);
    }
    await using relayed = await client(relay, "a", "relayed");
    await relayed.allocate();
    relayed.wire.send(binding(relayed));
    expect(readMessage(await relayed.ask(relayed.turn.refresh())).method).toBe(turnMethod.refresh);
    await application.control.end("direct");
    expect(await application.control.direct("direct")).toBe(false);
  });

  test("is known to a relay that starts again, from the list", async () => {
    const liveCalls = [{ callId: "call", join: joined, direct: true }];
    await using both = await together(() => liveCalls);
    await using a = await client(both.relay, "a");
    await a.allocate();
    expect(await a.code(binding(a))).toBe(0);
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
    await using a = await client(relay, "a");
    await using b = await client(relay, "b");
    await a.allocate();
    await b.allocate();

    const lost = log.next("relay control lost: live calls go on, new ones are refused");
    await first[Symbol.asyncDispose]();
    await lost;
    expect(relay.connectedControls()).toBe(0);
    expect(await reaches(a, b)).toBe(true);
    await using again = await client(relay, "a");
    expect(await again.allocate()).toBe(0);
    await using other = await client(relay, "a", "another");
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
    await using a = await client(relay, "a");
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
      await using a = await client(relay, "a");
      await using b = await client(relay, "b");
      expect([await a.allocate(), await b.allocate()]).toEqual([0, 0]);
      expect(await reaches(a, b)).toBe(true);
      await using b2 = await client(relay, "b", "call", "b2");
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
    await using young = await client(relay, "a", "young");
    await using old = await client(relay, "a", "old");
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

describe("without the secret", () => {
  test("a relay is told nothing", async () => {
    await using application = await startApplication({ secret: "another secret" });
    const refused = application.log.next(
      "a peer was refused that does not prove to hold RELAY_SECRET",
    );
    await using relay = await startRelay(new MemoryLog(), application.url);
    await refused;
    expect(application.control.connectedRelays()).toBe(0);
    expect(await application.control.callLive("call")).toBe(false);
    expect(relay.connectedControls()).toBe(0);
  });

  test.each<[string, (socket: WebSocket, challenge: Buffer) => void, number]>([
    ["text instead of a proof", (socket) => socket.send('{"type":"heartbeat"}'), 4400],
    ["the challenge sent back", (socket, it) => socket.send(Buffer.concat([it, it])), 4401],
    ["a proof that is too short", (socket) => socket.send(Buffer.alloc(63)), 4401],
    ["a proof by another key", (socket, it) => socket.send(proofBy("other", "relay", it)), 4401],
    [
      "the application's own proof",
      (socket, it) => socket.send(proofBy(secret, "application", it)),
      4401,
    ],
    ["a megabyte", (socket) => socket.send(Buffer.alloc(1_000_000)), 4401],
  ])("nobody is heard: %s", async (_, answer, code) => {
    await using application = await startApplication({ secret });
    const socket = new WebSocket(application.url);
    const [challenge] = (await once(socket, "message")) as [Buffer];
    expect(challenge).toHaveLength(challengeBytes);
    answer(socket, challenge);
    const [closeCode] = (await once(socket, "close")) as [number];
    expect(closeCode).toBe(code);
    expect(application.control.connectedRelays()).toBe(0);
  });

  test("an application is not obeyed", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const said = Promise.withResolvers<number>();
    server.on("connection", (socket) => {
      socket.send(Buffer.alloc(challengeBytes));
      socket.on("message", () => {
        socket.send(Buffer.alloc(32));
        socket.send(JSON.stringify({ type: "live", sequence: 0, callId: "call" }));
      });
      socket.on("close", (code) => said.resolve(code));
    });
    const log = new MemoryLog();
    await using relay = await startRelay(log, `ws://127.0.0.1:${port}/`);
    await said.promise;
    await using a = await client(relay, "a");
    expect(await a.allocate()).toBe(401);
    expect(log.lines.join()).toContain("another RELAY_SECRET");
    expect(log.lines.join()).not.toContain("127.0.0.1");
    server.close();
  });
});

describe("a relay with the secret", () => {
  test("that does not acknowledge is waited for, but not for long", async () => {
    await using application = await startApplication({ secret });
    await using relay = await provenRelay(application);
    const before = performance.now();
    expect(await application.control.callLive("call")).toBe(false);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(relay.heard.map(({ type }) => type)).toEqual(["live-calls", "live"]);
  });

  test("that goes while it is asked is not waited for", async () => {
    await using application = await startApplication({ secret });
    await using relay = await provenRelay(application);
    const told = application.control.callLive("call");
    relay.socket.terminate();
    expect(await told).toBe(false);
  });

  test("may say what only a newer application knows, and nothing that is malformed", async () => {
    await using application = await startApplication({ secret });
    await using relay = await provenRelay(application);
    relay.socket.send('{"type":"something new","x":1}');
    relay.socket.send('{"type":"acknowledge","sequence":0,"isApplied":true}');
    await application.log.next("relay connected");
    expect(application.control.connectedRelays()).toBe(1);
    relay.socket.send('{"type":"acknowledge","sequence":"x"}');
    const [code] = (await once(relay.socket, "close")) as [number];
    expect(code).toBe(4400);
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
    await using a = await client(relay, "a", callId);
    expect(await a.allocate()).toBe(code);
  }
});

function proofBy(key: string, maker: "relay" | "application", challenge: Buffer): Buffer {
  const own = Buffer.alloc(challengeBytes, 1);
  return Buffer.concat([own, makeProof(controlKey(key), maker, challenge, own)]);
}

interface ProvenRelay extends AsyncDisposable {
  readonly socket: WebSocket;
  readonly heard: { readonly type: string }[];
}

/** A peer that proves itself as a relay does, takes the first list, and says nothing of its own. */
async function provenRelay(application: Application): Promise<ProvenRelay> {
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
