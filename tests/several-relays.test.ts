import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallId, type DownMessage, Handle, type RelayCredential } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { acquaint, signUp } from "../apps/server/src/accounts/test-people.ts";
import { offer, signed } from "../apps/server/src/calls/calls-test-world.ts";
import { makeVapidKey } from "../apps/server/src/push/vapid-key.ts";
import { TestDevice } from "../apps/server/src/signalling/test-device.ts";
import { SocketClient } from "../packages/relay/src/test-client/socket-client.ts";
import { reaches, secret } from "../packages/relay/src/test-client/together.ts";
import { udpWire } from "../packages/relay/src/test-client/wire.ts";
import { ApplicationProcess } from "./durability/application-process.ts";
import { patience, type RelayProcess, startRelayProcess } from "./relay-under-test.ts";

/** What is promised is 3 s; a busy machine is given more. */
const movedMsMax = 15_000;

/** An application and its relays, each a process of its own, and two people who may call each other. */
async function openServer() {
  await using resources = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-relays-"));
  resources.defer(() => rmSync(directory, { recursive: true }));
  const application = resources.use(
    await ApplicationProcess.start(directory, {
      RELAY_SECRET: secret,
      VAPID_KEY: makeVapidKey(),
      RELAY_GROUP: "north",
    }),
  );
  const owned = resources.move();
  const metrics = async () => (await fetch(`${application.origin}/metrics`)).text();
  const relays: RelayProcess[] = [];
  const addRelay = async (group: string): Promise<RelayProcess> => {
    const relay = owned.use(
      await startRelayProcess({
        applications: [application],
        settings: (port) => ({ RELAY_PUBLIC_URLS: urlOf(port), RELAY_GROUP: group }),
      }),
    );
    relays.push(relay);
    return relay;
  };
  const count = (group: string, relayCount: number) =>
    expect.poll(metrics, patience).toContain(`ringfence_relays{group="${group}"} ${relayCount}\n`);
  const open = async () => {
    const cookies = [
      await signUp(application.origin, "alice"),
      await signUp(application.origin, "bob"),
    ] as const;
    await acquaint(application.origin, cookies[0], "bob");
    await acquaint(application.origin, cookies[1], "alice");
    const alice = owned.use(await TestDevice.open(application.origin, cookies[0]));
    const bob = owned.use(await TestDevice.open(application.origin, cookies[1]));
    return { alice, bob };
  };
  return {
    application,
    addRelay,
    count,
    open,
    relayAt: ({ urls }: RelayCredential) => relays.find(({ port }) => urls[0] === urlOf(port)),
    use: <Resource extends AsyncDisposable>(resource: Resource) => owned.use(resource),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
type Server = Awaited<ReturnType<typeof openServer>>;

const urlOf = (port: number) => `turn:127.0.0.1:${port}?transport=udp`;

/** A browser's side of the media, with the credential that it was given. */
async function clientOf(server: Server, { urls, username, credential }: RelayCredential) {
  const port = Number(/:(\d+)\?/.exec(urls[0] ?? "")?.[1]);
  const client = new SocketClient(await udpWire("127.0.0.1", port), secret, "", "a");
  client.turn.credential = { username, password: credential };
  return server.use(client);
}

/** A call that both have taken, and where each was sent for it. */
async function connect(alice: TestDevice, bob: TestDevice) {
  alice.say({ type: "invite", requestId: randomUUID(), to: Handle.parse("bob"), kind: "audio" });
  const ringing = await alice.told("ringing");
  const { callId } = ringing.call;
  alice.say(offer(callId));
  await bob.told("prepare");
  bob.say({ type: "accept", callId, ends: null, answer: signed });
  const accepted = await bob.told("accepted");
  for (const device of [alice, bob]) device.say({ type: "media-connected", callId });
  await bob.told("call-changed");
  if (accepted.relay === null) throw new Error("whoever accepts is given a relay");
  return { callId, caller: ringing.relay, callee: accepted.relay };
}

async function expectMedia(server: Server, caller: RelayCredential, callee: RelayCredential) {
  const [a, b] = [await clientOf(server, caller), await clientOf(server, callee)];
  expect([await a.allocate(), await b.allocate()]).toEqual([0, 0]);
  expect([await reaches(a, b), await reaches(b, a)]).toEqual([true, true]);
}

async function hangUp(alice: TestDevice, bob: TestDevice, callId: CallId): Promise<void> {
  alice.say({ type: "hang-up", callId });
  await bob.told("call-ended");
}

describe("several relays", () => {
  test("are counted by their groups, and both parties of a call get one of the nearest", async () => {
    await using server = await openServer();
    const north = await server.addRelay("north");
    await server.addRelay("south");
    await server.count("north", 1);
    await server.count("south", 1);
    const { alice, bob } = await server.open();
    const { callId, caller, callee } = await connect(alice, bob);
    expect([caller.urls, callee.urls]).toEqual([[urlOf(north.port)], [urlOf(north.port)]]);
    await expectMedia(server, caller, callee);
    await hangUp(alice, bob, callId);
  });

  test("one that is killed: its call goes on over another, and it comes back as a new one", async () => {
    await using server = await openServer();
    for (const _ of [1, 2]) await server.addRelay("north");
    await server.count("north", 2);
    const { alice, bob } = await server.open();
    const { callId, caller, callee } = await connect(alice, bob);
    await expectMedia(server, caller, callee);
    const killedAt = performance.now();
    server.relayAt(caller)?.process.child.kill("SIGKILL");
    const restart = await alice.told("restart");
    const restartedAfterMs = performance.now() - killedAt;
    alice.say({ ...offer(callId), round: 1, isNewConnection: false });
    const next = await bob.told("offer");
    expect(restart.relay.urls).toEqual(next.relay.urls);
    expect(restart.relay.urls).not.toEqual(caller.urls);
    await expectMedia(server, restart.relay, next.relay);
    const movedAfterMs = performance.now() - killedAt;
    console.log(
      `Asked for a round ${Math.round(restartedAfterMs)} ms after the kill, media ${Math.round(movedAfterMs)} ms after it.`,
    );
    expect(movedAfterMs).toBeLessThan(movedMsMax);
    await server.count("north", 1);
    await hangUp(alice, bob, callId);
  });

  test("one that drains keeps its call, and new calls go to the other", async () => {
    await using server = await openServer();
    for (const _ of [1, 2]) await server.addRelay("north");
    await server.count("north", 2);
    const { alice, bob } = await server.open();
    const { callId, caller, callee } = await connect(alice, bob);
    const drained = server.relayAt(caller);
    // Its caller is there, so that it serves this call.
    const [a, b] = [await clientOf(server, caller), await clientOf(server, callee)];
    expect([await a.allocate(), await b.allocate()]).toEqual([0, 0]);
    drained?.process.child.kill("SIGQUIT");
    await drained?.process.until("relay draining");
    expect(await reaches(a, b)).toBe(true);
    await hangUp(alice, bob, callId);
    // Nothing is left there: it ends by itself.
    expect(await drained?.process.exited()).toBe(0);
    expect(alice.messages.some(({ type }) => type === "restart")).toBe(false);
    await server.count("north", 1);
    for (const _ of [1, 2, 3]) {
      const seen = alice.frames.length;
      alice.say({
        type: "invite",
        requestId: randomUUID(),
        to: Handle.parse("bob"),
        kind: "audio",
      });
      await alice.until(
        () => alice.messages.slice(seen).some(({ type }) => type === "ringing"),
        "another ring",
      );
      const again = await alice.told("ringing");
      expect(again.relay.urls).not.toEqual(caller.urls);
      const isItsEnd = (message: DownMessage) =>
        message.type === "call-ended" && message.callId === again.call.callId;
      alice.say({ type: "cancel", callId: again.call.callId });
      await alice.until(() => alice.messages.some(isItsEnd), "the end");
    }
  });
});
