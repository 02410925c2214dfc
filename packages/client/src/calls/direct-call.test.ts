import { type CallRoute, initialCallSettings } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  accepted,
  answered,
  callId,
  CallScene,
  otherId,
  relay,
  theirOffer,
  view,
} from "../../test/test-calls.ts";
import { bobAs, bobsDevice, described } from "../../test/other-end.ts";
import { personView } from "../../test/test-client.ts";

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open();
});

afterEach(() => scene[Symbol.asyncDispose]());

/** What this account chose, as the server tells it. */
async function choose(hideAddress: boolean, exception: "hide" | "show" | null = null) {
  const { answers, client } = scene.world;
  const callSettings = { ...initialCallSettings, hideAddress };
  answers.set("GET /api/settings/calls", () => ({ status: 200, body: callSettings }));
  const person = personView({ addressException: exception });
  answers.set("GET /api/people/bob", () => ({ status: 200, body: person }));
  scene.connection.deliver({ type: "call-settings-changed", callSettings });
  await client.people.refresh(person.handle);
}

/** Until Bob stands in this client's memory. */
async function known(): Promise<void> {
  const { people } = scene.world.client;
  const observable = people.person(view().with.handle);
  while (observable.get().state !== "ready") {
    await new Promise<void>((resolve) => {
      const end = observable.subscribe(() => {
        end();
        resolve();
      });
    });
  }
}

async function acceptIn(route: CallRoute): Promise<void> {
  scene.connection.deliver({ type: "ring", call: view({ route }) });
  await scene.incoming(1);
  await known();
  scene.calls.accept(callId, { camera: false });
  await scene.hears("accept");
  const call = view({ route, state: "connecting", isThisDevice: true, ringRemainingMs: 0 });
  scene.connection.deliver(accepted({ call }));
  await scene.hears("answer");
}

const hostCandidate = {
  candidate: "candidate:1 1 udp 1 192.168.1.7 5000 typ host",
  sdpMid: "0",
  sdpMLineIndex: 0,
};

describe("a call that the server calls direct", () => {
  test("is direct where this account shows its address, which it does once it has answered", async () => {
    await choose(false);
    scene.connection.deliver({ type: "ring", call: view({ callId: otherId, route: "direct" }) });
    await scene.incoming(1);
    expect(scene.snapshot.incoming).toMatchObject([{ route: "direct" }]);
    scene.calls.decline(otherId);
    await acceptIn("direct");
    const { peer } = scene.world.media;
    expect(peer).toMatchObject({ route: "direct", mayShowAddress: true });
    expect(scene.snapshot.current).toMatchObject({ route: "direct", path: null });
  });

  test("is direct with one whom this account made an exception for", async () => {
    await choose(true, "show");
    await acceptIn("direct");
    expect(scene.world.media.peer.route).toBe("direct");
  });

  test.each([
    ["hides its address", true, null],
    ["hides it from this person", false, "hide"],
  ] as const)("is relayed at this side where the account %s", async (_, hides, exception) => {
    await choose(hides, exception);
    await acceptIn("direct");
    const { peer } = scene.world.media;
    expect(peer.route).toBe("relayed");
    expect(scene.snapshot.current).toMatchObject({ route: "relayed" });
    // The other side was told otherwise and may say where it is. Nothing is sent there.
    scene.connection.deliver({ type: "candidate", callId, round: 0, candidate: hostCandidate });
    const end = { ...hostCandidate, candidate: "" };
    scene.connection.deliver({ type: "candidate", callId, round: 0, candidate: end });
    await vi.waitFor(() => expect(peer.candidates).toEqual([end]));
  });

  test("of which this account's choice is not known is relayed", async () => {
    scene.world.answers.delete("GET /api/people/bob");
    scene.connection.deliver({ type: "ring", call: view({ route: "direct" }) });
    await scene.incoming(1);
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    const call = view({ route: "direct", state: "connecting", isThisDevice: true });
    scene.connection.deliver(accepted({ call }));
    await scene.hears("answer");
    expect(scene.world.media.peer.route).toBe("relayed");
  });

  test("is relayed where the ring was called relayed, which is what both have signed", async () => {
    await choose(false);
    await scene.ringIn();
    await known();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    const call = view({ route: "direct", state: "connecting", isThisDevice: true });
    scene.connection.deliver(accepted({ call, offer: theirOffer }));
    await scene.hears("answer");
    expect(scene.world.media.peer.route).toBe("relayed");
  });

  test("is relayed where the accept is called relayed, and where the other side says that it is leads nowhere", async () => {
    await choose(false);
    scene.connection.deliver({ type: "ring", call: view({ route: "direct" }) });
    await scene.incoming(1);
    await known();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    const call = view({ route: "relayed", state: "connecting", isThisDevice: true });
    const offer = await bobAs("caller", callId, bobsDevice, "direct").offer(described("an offer"));
    scene.connection.deliver(accepted({ call, offer }));
    await scene.hears("answer");
    const { peer } = scene.world.media;
    expect(peer.route).toBe("relayed");
    scene.connection.deliver({ type: "candidate", callId, round: 0, candidate: hostCandidate });
    const end = { ...hostCandidate, candidate: "" };
    scene.connection.deliver({ type: "candidate", callId, round: 0, candidate: end });
    await vi.waitFor(() => expect(peer.candidates).toEqual([end]));
  });

  test("shows the caller's address to nobody before there is an answer", async () => {
    await choose(false);
    await known();
    const requestId = await scene.invite();
    const call = view({ role: "caller", isThisDevice: true, reason: null, route: "direct" });
    scene.connection.answer({ type: "ringing", requestId, call, relay });
    await scene.hears("offer");
    const { peer } = scene.world.media;
    expect(peer).toMatchObject({ route: "direct", mayShowAddress: false });
    const other = bobAs("callee", callId, bobsDevice, "direct");
    await other.hear(scene.latestSigned("offer"));
    scene.connection.deliver(answered(await other.answer(described("an answer"))));
    await vi.waitFor(() => expect(peer.mayShowAddress).toBe(true));
  });
});

test("a call that the server calls relayed is relayed, whatever this account chose", async () => {
  await choose(false, "show");
  await acceptIn("relayed");
  expect(scene.world.media.peer.route).toBe("relayed");
});
