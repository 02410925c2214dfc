import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accepted, callId, CallScene, otherId, theirOffer, view } from "../../test/test-calls.ts";
import { bob, carol } from "../../test/test-client.ts";

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open();
});

afterEach(() => scene[Symbol.asyncDispose]());

const bobsCall = view({ state: "connecting", isThisDevice: true, reason: null, kind: "audio" });

describe("two who ring each other", () => {
  test("are in one call: the one whose invite came later answers, without a second tap", async () => {
    const requestId = await scene.invite("video");
    scene.connection.deliver({ type: "ring", call: view() });
    scene.connection.answer({ type: "glare", requestId, call: bobsCall });
    await scene.phase("connecting");
    expect(scene.snapshot).toMatchObject({
      incoming: [],
      current: { callId, role: "callee", kind: "audio", with: bob },
    });
    expect(scene.world.media.devices).toEqual([]);
    scene.connection.deliver(accepted());
    await scene.hears("answer");
    expect(scene.world.media.peer).toMatchObject({
      role: "callee",
      taken: [theirOffer.description],
    });
    // The kind that this side's own person chose.
    expect(scene.world.media.device.opened).toEqual({ camera: true });
    expect(scene.said("accept")).toEqual([]);
    expect(scene.said("offer")).toEqual([]);
  });

  test("show no card of the ring that the invite on its way is about to meet", async () => {
    const requestId = await scene.invite();
    scene.connection.deliver({ type: "ring", call: view() });
    await scene.hears("ring-acknowledge");
    expect(scene.snapshot.incoming).toEqual([]);
    // They may not ring, as it turns out: then the ring is one like any other.
    scene.connection.answer({ type: "unavailable", requestId });
    await scene.incoming(1);
  });

  test("are in it also where the word that it is accepted comes first", async () => {
    const requestId = await scene.invite();
    scene.connection.deliver(accepted());
    scene.connection.answer({ type: "glare", requestId, call: bobsCall });
    await scene.hears("answer");
    expect(scene.world.media.devices).toHaveLength(1);
  });

  test("are in none where the later one has cancelled meanwhile", async () => {
    const requestId = await scene.invite();
    scene.calls.cancel();
    scene.connection.answer({ type: "glare", requestId, call: bobsCall });
    scene.connection.deliver(accepted());
    await scene.hears("hang-up");
    expect(scene.said("hang-up")).toEqual([{ type: "hang-up", callId }]);
    expect(scene.world.media.devices).toEqual([]);
  });

  test("are in none because of a glare that answers no invite", async () => {
    const requestId = "9b2f8a34-4f0e-4c0b-9b0a-0f3f2a1b6c7d";
    scene.connection.answer({ type: "glare", requestId, call: bobsCall });
    scene.connection.deliver(accepted());
    await scene.hears("hang-up");
    scene.connection.deliver({ type: "ring", call: view({ callId: otherId }) });
    await scene.incoming(1);
    expect(scene.world.media.devices).toEqual([]);
    expect(scene.world.media.peers).toEqual([]);
  });

  test.each([
    ["with somebody else", { with: carol }],
    ["of this side's own", { role: "caller" }],
    ["of another device", { isThisDevice: false }],
  ] as const)("are in none that the server says is %s", async (_, change) => {
    const requestId = await scene.invite();
    scene.connection.answer({ type: "glare", requestId, call: { ...bobsCall, ...change } });
    await scene.hears("hang-up");
    expect(scene.said("hang-up")).toEqual([{ type: "hang-up", callId }]);
    expect(scene.snapshot.current).toMatchObject({ phase: "ended", endReason: "failed" });
    expect(scene.world.media).toMatchObject({ devices: [], peers: [] });
  });

  test("are in a call that rings on at the earlier one, whose ring is answered", async () => {
    await scene.ringOut();
    const call = view({ role: "caller", state: "connecting", isThisDevice: true, reason: null });
    scene.connection.deliver(accepted({ call, relay: null, offer: null }));
    await scene.phase("connecting");
    expect(scene.snapshot.current).toMatchObject({ callId, role: "caller" });
  });
});
