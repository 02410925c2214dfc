import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DownFrame,
  type DownMessage,
  type UpMessage,
  Handle,
  closeCodes,
  protocolVersion,
} from "@ringfence/protocol";
import { type RunningRelay, runRelay } from "@ringfence/relay";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Application, startApplication } from "./application.ts";
import { description } from "./calls/calls-test-world.ts";
import { readConfig } from "./config.ts";
import { makeVapidKey } from "./push/vapid-key.ts";

const waitMs = 5_000;
const relaySecret = "a secret of sixteen characters and more";

let directory: string;
let application: Application;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-application-"));
  application = await start();
});

afterEach(async () => {
  await application[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** The application alone, as it is while the relay's process restarts. */
function start(): Promise<Application> {
  const config = readConfig({ HOST: "127.0.0.1", DATA_DIR: directory });
  const given = { ...config, port: 0, relaySecret, vapidKey: makeVapidKey() };
  return startApplication(given, pino({ level: "silent" }));
}

/** A relay of the application, once it is connected. */
async function openRelay(): Promise<RunningRelay> {
  const relay = await runRelay(
    {
      host: "127.0.0.1",
      port: 0,
      secret: relaySecret,
      controlUrls: [`ws://127.0.0.1:${application.port}/relay-control`],
    },
    pino({ level: "silent" }),
  );
  await expect.poll(() => isReady(), { timeout: waitMs }).toBe(true);
  return relay;
}

async function isReady(): Promise<boolean> {
  return (await fetch(`${origin()}/readyz`)).ok;
}

const origin = () => `http://127.0.0.1:${application.port}`;

async function request(cookie: string, method: string, path: string, body?: object) {
  const response = await fetch(`${origin()}${path}`, {
    method,
    headers: { origin: origin(), cookie, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response;
}

/** @returns the cookie of a device that is signed in to a new account */
async function signUp(handle: string): Promise<string> {
  const account = { handle, displayName: handle, password: "correct horse battery" };
  const response = await request("", "POST", "/api/accounts", account);
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

async function signIn(handle: string): Promise<string> {
  const login = { handle, password: "correct horse battery" };
  const response = await request("", "POST", "/api/login", login);
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

/** Two people who may ring each other. */
async function signUpMutuals(): Promise<{ alice: string; bob: string }> {
  const [alice, bob] = [await signUp("alice"), await signUp("bob")];
  for (const [cookie, other] of [
    [alice, "bob"],
    [bob, "alice"],
  ] as const) {
    await request(cookie, "PUT", `/api/people/${other}/follow`);
    const message = { clientMessageId: randomUUID(), text: "Hello" };
    await request(cookie, "POST", `/api/conversations/${other}/messages`, message);
    await request(cookie, "PATCH", "/api/settings/calls", {
      calling: "on",
      audiences: ["mutuals"],
    });
  }
  return { alice, bob };
}

/** A device's socket as a browser opens it, and everything it was told since the welcome. */
class Device implements Disposable {
  readonly frames: DownFrame[] = [];
  readonly socket: WebSocket;

  constructor(cookie: string, from = origin()) {
    const url = `${origin().replace("http", "ws")}/api/signalling`;
    this.socket = new WebSocket(url, { headers: { cookie, origin: from } });
    // Ending one that was never opened is what some tests do.
    this.socket.on("error", () => {});
    this.socket.on("message", (text: Buffer) => {
      this.frames.push(JSON.parse(text.toString("utf8")) as DownFrame);
    });
  }

  static async open(cookie: string): Promise<Device> {
    const device = new Device(cookie);
    await once(device.socket, "open");
    device.say({ type: "hello", protocolVersion });
    await device.told("welcome");
    return device;
  }

  say(message: UpMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Waits until a message of a type was told, and gives the latest. */
  async told<Type extends DownMessage["type"]>(
    type: Type,
  ): Promise<Extract<DownMessage, { type: Type }>> {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const found = this.frames.findLast(({ message }) => message.type === type)?.message;
      if (found !== undefined) return found as Extract<DownMessage, { type: Type }>;
      if (Date.now() > deadline) throw new Error(`${type} was never told`);
      await Promise.race([once(this.socket, "message"), new Promise((go) => setTimeout(go, 50))]);
    }
  }

  async closeCode(): Promise<number> {
    const [code] = (await once(this.socket, "close")) as [number];
    return code;
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}

const invite = (to: string): UpMessage => ({
  type: "invite",
  requestId: randomUUID(),
  to: Handle.parse(to),
  kind: "video",
});

describe("the WebSocket", () => {
  test("is not opened for a page of another origin, cookie or not", async () => {
    const cookie = await signUp("alice");
    using device = new Device(cookie, "https://elsewhere.example");
    const [, response] = (await once(device.socket, "unexpected-response")) as [
      unknown,
      { statusCode: number },
    ];
    expect(response.statusCode).toBe(403);
  });

  test("is closed with its own code where nobody is signed in", async () => {
    using device = new Device("ringfence-login=nobody");
    expect(await device.closeCode()).toBe(closeCodes.notSignedIn);
  });

  test("of a device that is signed out is closed at once, and no other", async () => {
    const phone = await signUp("alice");
    const laptop = await signIn("alice");
    using onPhone = await Device.open(phone);
    using onLaptop = await Device.open(laptop);
    const closed = onPhone.closeCode();
    await request(phone, "DELETE", "/api/login");
    expect(await closed).toBe(closeCodes.signedOut);
    expect(onLaptop.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("at a path that is not there is refused", async () => {
    const socket = new WebSocket(`${origin().replace("http", "ws")}/api/nothing`);
    const [, response] = (await once(socket, "unexpected-response")) as [
      unknown,
      { statusCode: number },
    ];
    expect(response.statusCode).toBe(404);
  });
});

describe("a call over real sockets", () => {
  test("rings, is answered, connects and ends, and each device's numbers count up by one", async () => {
    await using _relay = await openRelay();
    const cookies = await signUpMutuals();
    using alice = await Device.open(cookies.alice);
    using bob = await Device.open(cookies.bob);
    alice.say(invite("bob"));
    const { call } = await alice.told("ringing");
    const { callId } = call;
    expect((await bob.told("ring")).call).toMatchObject({ callId, kind: "video", role: "callee" });
    alice.say({ type: "offer", callId, description });
    bob.say({ type: "ring-acknowledge", callId });
    bob.say({ type: "accept", callId });
    expect((await bob.told("accepted")).relay?.username).toContain(`:${callId}:b:`);
    bob.say({ type: "answer", callId, description });
    expect((await alice.told("answer")).description).toBe(description);
    alice.say({ type: "media-connected", callId });
    bob.say({ type: "media-connected", callId });
    expect((await alice.told("call-changed")).call.state).toBe("connected");
    await request(cookies.bob, "POST", `/api/calls/${callId}/bye`);
    expect((await alice.told("call-ended")).reason).toBe("hung-up");
    expect((await alice.told("entry-added")).entry).toMatchObject({ outcome: "answered" });
    for (const { frames } of [alice, bob]) {
      const numbers = frames.filter(({ isDelivery }) => isDelivery).map(({ sequence }) => sequence);
      const first = frames[0]?.sequence ?? Number.NaN;
      expect(numbers).toEqual(numbers.map((_, index) => first + index + 1));
    }
  });

  test("outlives a restart of the application: both find it again as it was", async () => {
    await using _relay = await openRelay();
    const cookies = await signUpMutuals();
    using alice = await Device.open(cookies.alice);
    using bob = await Device.open(cookies.bob);
    alice.say(invite("bob"));
    const { callId } = (await alice.told("ringing")).call;
    await bob.told("ring");
    const closed = [alice.closeCode(), bob.closeCode()];
    await application[Symbol.asyncDispose]();
    expect(await Promise.all(closed)).toEqual([closeCodes.restarting, closeCodes.restarting]);
    application = await start();
    using bobAgain = await Device.open(cookies.bob);
    expect((await bobAgain.told("welcome")).calls).toMatchObject([{ callId, state: "ringing" }]);
    using aliceAgain = await Device.open(cookies.alice);
    bobAgain.say({ type: "accept", callId });
    expect((await aliceAgain.told("accepted")).call).toMatchObject({ callId, isThisDevice: true });
  });
});

test("a server without its relay is alive, and says that nobody can call", async () => {
  expect((await fetch(`${origin()}/healthz`)).status).toBe(200);
  const ready = await fetch(`${origin()}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain("relay");
  const { alice: cookie } = await signUpMutuals();
  using alice = await Device.open(cookie);
  alice.say(invite("bob"));
  expect((await alice.told("refused")).code).toBe("unavailable");
});
