import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type UpMessage, Handle, closeCodes } from "@ringfence/protocol";
import { type RunningRelay, runRelay } from "@ringfence/relay";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { request, signIn, signUp, signUpMutuals } from "./accounts/test-people.ts";
import { type Application, startApplication } from "./application.ts";
import { offer, signed } from "./calls/calls-test-world.ts";
import { accountOf } from "./cli/account-of.ts";
import { readConfig } from "./config.ts";
import { isWaiting, placeOrder } from "./operator/orders.ts";
import { makeVapidKey } from "./push/vapid-key.ts";
import { TestDevice } from "./signalling/test-device.ts";

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

const invite = (to: string): UpMessage => ({
  type: "invite",
  requestId: randomUUID(),
  to: Handle.parse(to),
  kind: "video",
});

describe("the WebSocket", () => {
  test("is not opened for a page of another origin, cookie or not", async () => {
    const cookie = await signUp(origin(), "alice");
    using device = new TestDevice(origin(), cookie, "https://elsewhere.example");
    const [, response] = (await once(device.socket, "unexpected-response")) as [
      unknown,
      { statusCode: number },
    ];
    expect(response.statusCode).toBe(403);
  });

  test("is closed with its own code where nobody is signed in", async () => {
    using device = new TestDevice(origin(), "ringfence-login=nobody");
    expect(await device.closeCode()).toBe(closeCodes.notSignedIn);
  });

  test("of a device that is signed out is closed at once, and no other", async () => {
    const phone = await signUp(origin(), "alice");
    const laptop = await signIn(origin(), "alice");
    using onPhone = await TestDevice.open(origin(), phone);
    using onLaptop = await TestDevice.open(origin(), laptop);
    const closed = onPhone.closeCode();
    await request(origin(), phone, "DELETE", "/api/login");
    expect(await closed).toBe(closeCodes.signedOut);
    expect(onLaptop.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("of somebody who is suspended is closed within a second, and opens when that is over", async () => {
    const cookie = await signUp(origin(), "alice");
    using device = await TestDevice.open(origin(), cookie);
    const { store } = application;
    const account = await accountOf(store, "@alice");
    const closed = device.closeCode();
    await store.write((write) => placeOrder(write, "suspend", account));
    expect(await closed).toBe(closeCodes.suspended);
    using again = new TestDevice(origin(), cookie);
    expect(await again.closeCode()).toBe(closeCodes.suspended);
    const orderId = await store.write((write) => placeOrder(write, "unsuspend", account));
    await expect.poll(() => isWaiting(store.db, orderId), { timeout: waitMs }).toBe(false);
    using back = await TestDevice.open(origin(), cookie);
    expect((await back.told("welcome")).calls).toEqual([]);
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
  test("rings, is answered, connects and ends; numbers count up by one, and figures say what happened", async () => {
    await using _relay = await openRelay();
    const cookies = await signUpMutuals(origin(), ["alice", "bob"]);
    using alice = await TestDevice.open(origin(), cookies.alice);
    using bob = await TestDevice.open(origin(), cookies.bob);
    alice.say(invite("bob"));
    const { call } = await alice.told("ringing");
    const { callId } = call;
    expect((await bob.told("ring")).call).toMatchObject({ callId, kind: "video", role: "callee" });
    alice.say(offer(callId));
    bob.say({ type: "ring-acknowledge", callId });
    bob.say({ type: "accept", callId, ends: null, answer: null });
    expect((await bob.told("accepted")).relay?.username).toContain(`:${callId}:b:`);
    bob.say({ type: "answer", callId, round: 0, signed });
    expect((await alice.told("answer")).signed).toEqual(signed);
    alice.say({ type: "media-connected", callId });
    bob.say({ type: "media-connected", callId });
    expect((await alice.told("call-changed")).call.state).toBe("connected");
    bob.say({ type: "hang-up", callId });
    expect((await alice.told("call-ended")).reason).toBe("hung-up");
    expect((await alice.told("entry-added")).entry).toMatchObject({ outcome: "answered" });
    for (const { frames } of [alice, bob]) {
      const numbers = frames.filter(({ isDelivery }) => isDelivery).map(({ sequence }) => sequence);
      const first = frames[0]?.sequence ?? Number.NaN;
      expect(numbers).toEqual(numbers.map((_, index) => first + index + 1));
    }
    const metrics = await (await fetch(`${origin()}/metrics`)).text();
    for (const line of [
      "ringfence_rings_total 1",
      'ringfence_rings_over_total{outcome="answered"} 1',
      'ringfence_calls_ended_total{reason="hung-up"} 1',
      "ringfence_invites_refused_total 0",
      "ringfence_invite_to_ring_seconds_count 1",
      "ringfence_accept_to_connected_seconds_count 1",
    ]) {
      expect(metrics.split("\n")).toContain(line);
    }
    expect(metrics).toMatch(/^ringfence_messages_total [1-9]/m);
    expect(metrics).toMatch(/^ringfence_transaction_seconds_count [1-9]/m);
    for (const secret of ["alice", "bob", callId]) expect(metrics).not.toContain(secret);
  });

  test("outlives a restart of the application: both find it again as it was", async () => {
    await using _relay = await openRelay();
    const cookies = await signUpMutuals(origin(), ["alice", "bob"]);
    using alice = await TestDevice.open(origin(), cookies.alice);
    using bob = await TestDevice.open(origin(), cookies.bob);
    alice.say(invite("bob"));
    const { callId } = (await alice.told("ringing")).call;
    await bob.told("ring");
    const closed = [alice.closeCode(), bob.closeCode()];
    await application[Symbol.asyncDispose]();
    expect(await Promise.all(closed)).toEqual([closeCodes.restarting, closeCodes.restarting]);
    application = await start();
    using bobAgain = await TestDevice.open(origin(), cookies.bob);
    expect((await bobAgain.told("welcome")).calls).toMatchObject([{ callId, state: "ringing" }]);
    using aliceAgain = await TestDevice.open(origin(), cookies.alice);
    bobAgain.say({ type: "accept", callId, ends: null, answer: null });
    expect((await aliceAgain.told("accepted")).call).toMatchObject({ callId, isThisDevice: true });
  });
});

test("a server without its relay is alive, and says that nobody can call", async () => {
  expect((await fetch(`${origin()}/healthz`)).status).toBe(200);
  const ready = await fetch(`${origin()}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain("relay");
  const { alice: cookie } = await signUpMutuals(origin(), ["alice", "bob"]);
  using alice = await TestDevice.open(origin(), cookie);
  alice.say(invite("bob"));
  expect((await alice.told("refused")).code).toBe("unavailable");
});
