import type { DownMessage } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UnsafeDescription } from "../media/errors.ts";
import {
  accepted,
  callId,
  CallScene,
  otherId,
  relay,
  theirOffer,
  view,
} from "../../test/test-calls.ts";
import { bobsDevice, described } from "../../test/other-end.ts";
import { bob, carol } from "../../test/test-client.ts";
import { anAnswer, type TestPeer } from "../../test/test-media.ts";

const ice = { ufrag: "aB3+", pwd: "0123456789abcdefghij/+" };
const early = { ...relay, username: "while it rings" };
const { chain } = bobsDevice;
const prepare: Extract<DownMessage, { type: "prepare" }> = {
  type: "prepare",
  callId,
  ice,
  offer: theirOffer,
  chain,
  relay: early,
};

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open();
});

afterEach(() => scene[Symbol.asyncDispose]());

const peers = () => scene.world.media.peers;

/** Rings, and has taken in all that the server said by then. */
async function ringWith(...messages: DownMessage[]): Promise<void> {
  await scene.ringIn();
  await deliver(...messages);
}

async function deliver(...messages: DownMessage[]): Promise<void> {
  for (const message of messages) scene.connection.deliver(message);
  const last = view({ callId: "2".repeat(26) as typeof callId, with: carol, isQuiet: true });
  scene.connection.deliver({ type: "ring", call: last });
  await scene.drawn(({ incoming }) => incoming.some((ring) => ring.callId === last.callId));
  scene.connection.deliver({ type: "call-ended", callId: last.callId, reason: "missed" });
  await scene.drawn(({ incoming }) => !incoming.some((ring) => ring.callId === last.callId));
}

describe("while it rings", () => {
  test("one connection is prepared from the two ICE parameters, and no device is opened", async () => {
    await ringWith(prepare, prepare);
    expect(peers()).toHaveLength(1);
    const { peer } = scene.world.media;
    expect(peer).toMatchObject({ role: "callee", route: "relayed", relay: early, prepared: ice });
    expect(peer.taken).toEqual([]);
    expect(scene.world.media.devices).toEqual([]);
    expect(scene.said("accept")).toEqual([]);
  });

  test("the accept carries the answer of the connection that was prepared", async () => {
    await ringWith(prepare);
    const reach = { udp: "reached", tcp: "trying" } as const;
    scene.world.media.peer.events.onRelayReach(reach);
    expect(scene.world.media.peer.taken).toEqual([]);
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    expect(scene.said("accept")).toMatchObject([
      { type: "accept", callId, ends: null, answer: { description: anAnswer } },
    ]);
    expect(scene.world.media.devices).toEqual([]);
    scene.connection.deliver(accepted());
    await scene.hears("answer");
    expect(peers()).toHaveLength(1);
    expect(scene.world.media.peer.taken).toEqual([theirOffer.description]);
    expect(scene.world.media.device.opened).toEqual({ camera: false });
    expect(scene.snapshot.current).toMatchObject({ relayReach: reach });
    scene.world.media.peer.hear();
    await scene.hears("media-connected");
  });

  test.each<[string, (peer: TestPeer) => void]>([
    ["ends", () => scene.connection.deliver({ type: "call-ended", callId, reason: "missed" })],
    ["is declined", () => scene.calls.decline(callId)],
    ["is taken by another device", () => scene.connection.deliver(accepted({ relay: null }))],
    ["gives way to a call that this person makes", () => scene.calls.ring(carol, "audio")],
    ["is left with its page", () => scene.world.client.close()],
  ])("the connection goes when the ring %s", async (_, end) => {
    await ringWith(prepare);
    const { peer } = scene.world.media;
    end(peer);
    await expect.poll(() => peer.isClosed).toBe(true);
    expect(peers()).toHaveLength(1);
  });

  test("an accept that came too late lets go of it too", async () => {
    await ringWith(prepare);
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    expect(scene.world.media.peer.isClosed).toBe(false);
    scene.connection.deliver({ type: "call-ended", callId, reason: "answered-elsewhere" });
    await scene.phase("ended");
    expect(scene.world.media.peer.isClosed).toBe(true);
  });
});

describe("the accept goes without an answer", () => {
  const unanswered = [{ type: "accept", callId, ends: null, answer: null }];

  test("where nothing was prepared", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    expect(scene.said("accept")).toEqual(unanswered);
  });

  test("where the offer is unsafe, for which the call ends once it is won", async () => {
    await ringWith(prepare);
    scene.world.media.peer.fault = new UnsafeDescription("an address");
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    expect(scene.said("accept")).toEqual(unanswered);
    scene.connection.deliver(accepted());
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("unsafe-description");
  });

  test("where the browser takes too long to make it, which then follows", async () => {
    await ringWith(prepare);
    const slow = Promise.withResolvers<string>();
    scene.world.media.peer.makeAnswer = () => slow.promise;
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    expect(scene.said("accept")).toEqual(unanswered);
    scene.connection.deliver(accepted());
    slow.resolve(described("a late answer"));
    await scene.hears("answer");
    expect(scene.said("answer")).toMatchObject([
      { signed: { description: described("a late answer") } },
    ]);
  });
});

describe("nothing is prepared", () => {
  test("for a call that is direct: its candidates would be of more than the relay", async () => {
    scene.connection.deliver({ type: "ring", call: view({ route: "direct" }) });
    await scene.incoming(1);
    await deliver(prepare);
    expect(peers()).toEqual([]);
  });

  test("for a call that does not ring here", async () => {
    await deliver(prepare);
    expect(peers()).toEqual([]);
  });

  test("for a second ring at a time, nor in its call", async () => {
    await ringWith(prepare);
    scene.connection.deliver({ type: "ring", call: view({ callId: otherId, with: carol }) });
    await deliver({ ...prepare, callId: otherId });
    expect(peers()).toHaveLength(1);
    scene.calls.accept(otherId, { camera: false });
    await scene.hears("accept");
    expect(scene.world.media.peer.isClosed).toBe(true);
    const call = view({ callId: otherId, with: carol, state: "connecting", isThisDevice: true });
    scene.connection.deliver(accepted({ call }));
    await scene.hears("answer");
    expect(scene.world.media.peer).toMatchObject({ prepared: null, relay });
  });

  test("during a call", async () => {
    await scene.acceptIn();
    scene.connection.deliver({ type: "ring", call: view({ callId: otherId, with: bob }) });
    await deliver({ ...prepare, callId: otherId });
    expect(peers()).toHaveLength(1);
  });

  test("in a page that nobody looks at, until somebody does", async () => {
    scene.world.page.isSeen = false;
    await ringWith(prepare);
    expect(peers()).toEqual([]);
    scene.world.page.isSeen = true;
    scene.world.page.happen("shown");
    await expect.poll(() => peers().length).toBe(1);
  });

  test("once the call was taken: what comes late changes nothing", async () => {
    await scene.acceptIn();
    await deliver(prepare);
    expect(peers()).toHaveLength(1);
  });
});
