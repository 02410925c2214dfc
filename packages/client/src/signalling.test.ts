import { closeCodes, type DownMessage, Handle } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TestPage } from "../test/test-page.ts";
import { TestServer } from "../test/test-server.ts";
import { until } from "../test/until.ts";
import { Signalling, type SignallingWaits } from "./signalling.ts";

const waits: SignallingWaits = {
  heartbeatMs: 10_000,
  heartbeatAnswerMs: 5_000,
  welcomeTimeoutMs: 5_000,
  reconnectFirstMs: 1,
  reconnectMaxMs: 5,
  reconnectInCallMaxMs: 5,
  freshLinePatienceMs: 2_000,
};

let server: TestServer;
let page: TestPage;
let signalling: Signalling;
let heard: DownMessage["type"][];
let signedOut: number;
let suspended: number;
let failedAttempts: number;

beforeEach(async () => {
  server = await TestServer.start();
  page = new TestPage();
  heard = [];
  signedOut = 0;
  suspended = 0;
  failedAttempts = 0;
  signalling = open(waits);
});

afterEach(async () => {
  signalling.stop();
  await server[Symbol.asyncDispose]();
});

function open(chosen: SignallingWaits): Signalling {
  return new Signalling(
    { origin: server.origin, openWebSocket: (url) => new WebSocket(url), page },
    {
      onMessage: ({ type }) => heard.push(type),
      onSignedOut: () => {
        signedOut += 1;
        signalling.stop();
      },
      onSuspended: () => {
        suspended += 1;
        signalling.stop();
      },
      onFailedAttempt: () => {
        failedAttempts += 1;
      },
    },
    chosen,
  );
}

const removed = (handle: string): DownMessage => ({
  type: "person-removed",
  handle: Handle.parse(handle),
});
const online = () => until(signalling.state, (state) => state === "online");

describe("a connection", () => {
  test("says hello first and is online with the welcome, not before", async () => {
    signalling.start();
    expect(signalling.state.get()).toBe("connecting");
    expect(signalling.send({ type: "heartbeat" })).toBe(false);
    await online();
    const connection = await server.connection(1);
    expect(connection.heard).toEqual([{ type: "hello", protocolVersion: 1 }]);
    expect(signalling.send({ type: "heartbeat" })).toBe(true);
    await server.heard(() => connection.count("heartbeat") === 1);
  });

  test("that misses nothing does not ask again", async () => {
    signalling.start();
    await online();
    const connection = await server.connection(1);
    for (const handle of ["aa", "bb", "cc"]) connection.deliver(removed(handle));
    connection.answer({ type: "heartbeat" });
    signalling.send({ type: "heartbeat" });
    await server.heard(() => connection.count("heartbeat") === 1);
    expect(heard).toEqual(["welcome", "person-removed", "person-removed", "person-removed"]);
    expect(connection.count("hello")).toBe(1);
  });

  test("that sees a gap passes on what came and says hello again, on the same socket", async () => {
    signalling.start();
    await online();
    const connection = await server.connection(1);
    connection.sequence += 1;
    connection.deliver(removed("aa"));
    connection.deliver(removed("bb"));
    await server.heard(() => connection.count("hello") === 2);
    expect(heard.slice(0, 3)).toEqual(["welcome", "person-removed", "person-removed"]);
    expect(server.connections).toHaveLength(1);
  });

  test("learns from a heartbeat with a newer number that it missed something", async () => {
    signalling.start();
    await online();
    const connection = await server.connection(1);
    connection.sequence += 3;
    connection.answer({ type: "heartbeat" });
    await server.heard(() => connection.count("hello") === 2);
    expect(server.connections).toHaveLength(1);
  });

  test("ignores words that only a newer server knows", async () => {
    signalling.start();
    await online();
    const { socket } = await server.connection(1);
    socket.send('{"sequence":0,"isDelivery":false,"message":{"type":"teleport"}}');
    (await server.connection(1)).deliver(removed("aa"));
    signalling.send({ type: "heartbeat" });
    await server.heard(() => server.connections[0]?.count("heartbeat") === 1);
    expect(signalling.state.get()).toBe("online");
    expect(server.connections).toHaveLength(1);
  });

  test("that is spoken to in broken words is given up for a new one", async () => {
    signalling.start();
    await online();
    (await server.connection(1)).socket.send("{");
    const second = await server.connection(2);
    await online();
    expect(second.count("hello")).toBe(1);
  });

  test("that is lost is opened again at once, and greeted anew", async () => {
    signalling.start();
    await online();
    (await server.connection(1)).socket.terminate();
    await server.connection(2);
    await online();
    expect(heard).toEqual(["welcome", "welcome"]);
    expect(failedAttempts).toBe(0);
  });

  test("that cannot be opened is offline, tries on, and asks whether the login still stands", async () => {
    server.refuse(true);
    signalling.start();
    await until(signalling.state, (state) => state === "offline");
    expect(failedAttempts).toBeGreaterThan(0);
    server.refuse(false);
    await online();
  });

  test("does not wait for its next attempt when the network is back", async () => {
    signalling = open({ ...waits, reconnectFirstMs: 1e6, reconnectMaxMs: 1e6 });
    server.refuse(true);
    signalling.start();
    await until(signalling.state, (state) => state === "offline");
    server.refuse(false);
    page.happen("online");
    await online();
    expect(server.connections).toHaveLength(1);
  });

  test("sends a heartbeat while it lives, and is given up when nothing answers", async () => {
    signalling = open({ ...waits, heartbeatMs: 20, heartbeatAnswerMs: 150 });
    signalling.start();
    await online();
    const connection = await server.connection(1);
    await server.heard(() => connection.count("heartbeat") >= 3);
    connection.socket.pause();
    await server.connection(2);
    expect(signalling.state.get()).not.toBe("offline");
  });

  test("is tried by a heartbeat when the page is looked at again", async () => {
    signalling = open({ ...waits, heartbeatAnswerMs: 100 });
    signalling.start();
    await online();
    const connection = await server.connection(1);
    connection.socket.pause();
    page.happen("shown");
    await server.connection(2);
    expect(signalling.state.get()).not.toBe("offline");
  });

  test("that is opened but never welcomed is given up", async () => {
    signalling = open({ ...waits, welcomeTimeoutMs: 100 });
    signalling.start();
    const first = await server.connection(1);
    first.greets = false;
    await server.connection(2);
    await online();
    expect(heard).toEqual(["welcome"]);
  });

  test.each([closeCodes.notSignedIn, closeCodes.signedOut])(
    "closed by %i means signed out, and is not opened again",
    async (code) => {
      signalling.start();
      await online();
      const { socket } = await server.connection(1);
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.close(code);
      await closed;
      await until(signalling.state, () => signedOut === 1);
      expect(server.connections).toHaveLength(1);
    },
  );

  test("closed for a suspended account says so, and is not opened again", async () => {
    signalling.start();
    await online();
    (await server.connection(1)).socket.close(closeCodes.suspended);
    await until(signalling.state, () => suspended === 1);
    expect([signedOut, server.connections.length]).toEqual([0, 1]);
  });

  test("of a page that is too old asks to be reloaded, and rests", async () => {
    signalling.start();
    await online();
    (await server.connection(1)).socket.close(closeCodes.unsupportedVersion);
    await until(signalling.state, (state) => state === "outdated");
    page.happen("online");
    expect(signalling.state.get()).toBe("outdated");
    expect(server.connections).toHaveLength(1);
  });

  test("that was stopped stays closed and hears nothing more", async () => {
    signalling.start();
    await online();
    const connection = await server.connection(1);
    const closed = new Promise((resolve) => connection.socket.once("close", resolve));
    signalling.stop();
    connection.deliver(removed("aa"));
    await closed;
    page.happen("shown");
    expect(heard).toEqual(["welcome"]);
    expect(server.connections).toHaveLength(1);
  });
});

describe("a call that hears nothing any more", () => {
  test("gets a fresh line beside one that is dead, and the dead one is let go", async () => {
    signalling.start();
    await online();
    const dead = await server.connection(1);
    const closed = new Promise((resolve) => dead.socket.once("close", resolve));
    dead.socket.pause();
    signalling.ask({ isUrgent: true });
    await server.connection(2);
    await vi.waitFor(() => expect(heard).toEqual(["welcome", "welcome"]));
    expect([signalling.state.get(), signalling.welcomedLines]).toEqual(["online", 2]);
    dead.socket.resume();
    await closed;
    expect(signalling.send({ type: "heartbeat" })).toBe(true);
    await server.heard(() => server.connections[1]?.count("heartbeat") === 1);
  });

  test("is answered on the line it has, where that one lives", async () => {
    signalling.start();
    await online();
    const connection = await server.connection(1);
    signalling.ask({ isUrgent: false });
    await vi.waitFor(() => expect(heard).toEqual(["welcome", "welcome"]));
    expect(connection.count("hello")).toBe(2);
    expect([server.connections.length, signalling.welcomedLines]).toEqual([1, 1]);
  });

  test("gets another line soon where the one it has does not answer", async () => {
    signalling = open({ ...waits, freshLinePatienceMs: 100 });
    signalling.start();
    await online();
    (await server.connection(1)).socket.pause();
    signalling.ask({ isUrgent: false });
    await server.connection(2);
    await vi.waitFor(() => expect(signalling.welcomedLines).toBe(2));
  });

  test("is tried for on and on while the server is away, and the first that opens is kept", async () => {
    signalling.start();
    await online();
    server.refuse(true);
    (await server.connection(1)).socket.terminate();
    signalling.ask({ isUrgent: true });
    await vi.waitFor(() => expect(server.refused).toBeGreaterThan(2), { timeout: 5_000 });
    server.refuse(false);
    await server.connection(2);
    await online();
    expect(signalling.welcomedLines).toBe(2);
  });

  test("lets the search rest when its packets come again", async () => {
    signalling.start();
    await online();
    const first = await server.connection(1);
    first.socket.pause();
    signalling.ask({ isUrgent: true });
    signalling.rest();
    first.socket.resume();
    await vi.waitFor(() => expect(heard).toEqual(["welcome", "welcome"]));
    expect(signalling.welcomedLines).toBe(1);
  });
});
