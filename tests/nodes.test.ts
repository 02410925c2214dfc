import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { request, signIn, signUpMutuals } from "../apps/server/src/accounts/test-people.ts";
import { type Application, startApplication } from "../apps/server/src/application.ts";
import { offer, signed } from "../apps/server/src/calls/calls-test-world.ts";
import { readConfig } from "../apps/server/src/config.ts";
import { makeVapidKey } from "../apps/server/src/push/vapid-key.ts";
import { TestDevice } from "../apps/server/src/signalling/test-device.ts";
import { type CallId, Handle, closeCodes } from "../packages/protocol/src/index.ts";
import { runRelay } from "../packages/relay/src/index.ts";
import { type Nats, hasNats, startNats } from "./services/nats.ts";
import { type Postgres, hasPostgres, startPostgres } from "./services/postgres.ts";

/** Two nodes on one database and one NATS, and what people on them notice of each other. */

const patience = { timeout: 15_000 };
const secrets = {
  relaySecret: "a secret of sixteen characters and more",
  vapidKey: makeVapidKey(),
};
const canRun = hasNats() && hasPostgres();

let postgres: Postgres;
let nats: Nats;
let resources: AsyncDisposableStack;
let nodes: [Application, Application];
let cookies: Record<"alice" | "bob", string>;
/** Of tests: each has people of its own on the database of all. */
let round = 0;

const originOf = ({ port }: Application) => `http://127.0.0.1:${port}`;

async function readinessOf(node: Application): Promise<string> {
  return (await fetch(`${originOf(node)}/readyz`)).text();
}

async function startNode(): Promise<Application> {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-node-"));
  resources.defer(() => rmSync(directory, { recursive: true }));
  const config = readConfig({
    HOST: "127.0.0.1",
    DATA_DIR: directory,
    DATABASE_URL: postgres.url,
    NATS_URL: nats.url,
    SIGN_UP: "open",
  });
  const given = { ...config, ...secrets, port: 0 };
  return resources.use(await startApplication(given, pino({ level: "silent" })));
}

async function untilReady(node: Application): Promise<void> {
  await expect.poll(() => readinessOf(node), patience).toBe('{"status":"ready"}');
}

const bobsName = () => Handle.parse(`bob${round - 1}`);

const connect = (who: "alice" | "bob", node: 0 | 1) =>
  TestDevice.open(originOf(nodes[node]), cookies[who]);

async function ring(alice: TestDevice): Promise<CallId> {
  alice.say({ type: "invite", requestId: randomUUID(), to: bobsName(), kind: "audio" });
  return (await alice.told("ringing")).call.callId;
}

describe.runIf(canRun)("two nodes", () => {
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    nats = resources.use(await startNats());
    nodes = [await startNode(), await startNode()];
    const controlUrls = nodes.map(({ port }) => `ws://127.0.0.1:${port}/relay-control`);
    const relay = { host: "127.0.0.1", port: 0, secret: secrets.relaySecret, controlUrls };
    resources.use(await runRelay(relay, pino({ level: "silent" })));
    for (const node of nodes) await untilReady(node);
    const names = { alice: `alice${round}`, bob: `bob${round++}` };
    const signedUp = await signUpMutuals(originOf(nodes[0]), [names.alice, names.bob]);
    cookies = { alice: signedUp[names.alice] ?? "", bob: signedUp[names.bob] ?? "" };
  });
  afterEach(() => resources.disposeAsync());

  test("carry a call between them, and each device's numbers count up by one", async () => {
    using alice = await connect("alice", 0);
    using bob = await connect("bob", 1);
    const callId = await ring(alice);
    expect((await bob.told("ring")).call.callId).toBe(callId);
    alice.say(offer(callId));
    bob.say({ type: "ring-acknowledge", callId });
    bob.say({ type: "accept", callId, ends: null, answer: null });
    expect((await bob.told("accepted")).relay?.username).toContain(`:${callId}:b:`);
    bob.say({ type: "answer", callId, round: 0, signed });
    await alice.told("answer");
    for (const device of [alice, bob]) device.say({ type: "media-connected", callId });
    expect((await alice.told("call-changed")).call.state).toBe("connected");
    bob.say({ type: "hang-up", callId });
    expect((await alice.told("call-ended")).reason).toBe("hung-up");
    await Promise.all([alice, bob].map((device) => device.told("entry-added")));
    for (const { frames } of [alice, bob]) {
      const numbers = frames.filter(({ isDelivery }) => isDelivery).map(({ sequence }) => sequence);
      const first = frames[0]?.sequence ?? Number.NaN;
      expect(numbers).toEqual(numbers.map((_, index) => first + index + 1));
    }
  });

  test("ring every device of a person, wherever it is, and silence them all", async () => {
    using alice = await connect("alice", 0);
    using bob = await connect("bob", 1);
    using laptop = await TestDevice.open(
      originOf(nodes[0]),
      await signIn(originOf(nodes[1]), bobsName()),
    );
    const callId = await ring(alice);
    await Promise.all([bob, laptop].map((device) => device.told("ring")));
    laptop.say({ type: "decline", callId });
    expect((await bob.told("call-ended")).reason).toBe("declined-elsewhere");
    expect((await alice.told("call-ended")).reason).toBe("declined");
  });

  test("close the socket of a device that is signed out on the other", async () => {
    using bob = await connect("bob", 1);
    const closed = bob.closeCode();
    await request(originOf(nodes[0]), cookies.bob, "DELETE", "/api/login");
    expect(await closed).toBe(closeCodes.signedOut);
  });

  test("lose no ring to a NATS that goes and comes back, and close no socket", async () => {
    using alice = await connect("alice", 0);
    using bob = await connect("bob", 1);
    const numberBefore = bob.frames.at(-1)?.sequence ?? 0;
    await nats.stop();
    for (const node of nodes) {
      await expect.poll(() => readinessOf(node), patience).toContain("bus: NATS is away");
    }
    const callId = await ring(alice);
    expect(bob.messages.map(({ type }) => type)).not.toContain("ring");
    await nats.start();
    await bob.until(() => (bob.frames.at(-1)?.sequence ?? 0) > numberBefore, "a newer number");
    expect(bob.frames.at(-1)).toMatchObject({ isDelivery: false, message: { type: "heartbeat" } });
    // As a client does that sees by the number that it missed something.
    bob.frames.length = 0;
    bob.say({ type: "hello", protocolVersion: (await alice.told("welcome")).protocolVersion });
    expect((await bob.told("welcome")).calls).toMatchObject([{ callId, state: "ringing" }]);
    bob.say({ type: "accept", callId, ends: null, answer: null });
    expect((await alice.told("accepted")).call).toMatchObject({ callId, state: "connecting" });
    for (const node of nodes) await untilReady(node);
  });

  test("let one of them go: its people come to the other, and the call is as it was", async () => {
    using alice = await connect("alice", 0);
    using bob = await connect("bob", 1);
    const callId = await ring(alice);
    await bob.told("ring");
    const closed = bob.closeCode();
    await nodes[1][Symbol.asyncDispose]();
    expect(await closed).toBe(closeCodes.restarting);
    using again = await connect("bob", 0);
    expect((await again.told("welcome")).calls).toMatchObject([{ callId, state: "ringing" }]);
    again.say({ type: "accept", callId, ends: null, answer: null });
    expect((await alice.told("accepted")).call).toMatchObject({ callId, isThisDevice: true });
  });
});
