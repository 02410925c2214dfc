import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startApplication } from "../test-client/application.ts";
import { startImpostor } from "../test-client/impostor.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { proofBy, provenRelay } from "../test-client/proven-relay.ts";
import { secret, startRelay, udpClient } from "../test-client/together.ts";
import { challengeBytes } from "./control-handshake.ts";

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
    await using impostor = await startImpostor();
    const log = new MemoryLog();
    await using relay = await startRelay(log, `ws://127.0.0.1:${impostor.port}/`);
    await impostor.left;
    await using a = await udpClient(relay, "a");
    expect(await a.allocate()).toBe(401);
    expect(log.lines.join()).toContain("another RELAY_SECRET");
    expect(log.lines.join()).not.toContain("127.0.0.1");
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
