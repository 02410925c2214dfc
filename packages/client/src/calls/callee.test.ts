import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  accepted,
  callId,
  CallScene,
  offered,
  otherId,
  relay,
  theirOffer,
  view,
} from "../../test/test-calls.ts";
import { carol } from "../../test/test-client.ts";
import { UnsafeDescription } from "../media/errors.ts";

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open();
});

afterEach(() => scene[Symbol.asyncDispose]());

describe("a callee", () => {
  test("shows a ring and has opened nothing of the caller's, however long it rings", async () => {
    await scene.ringIn();
    await scene.hears("ring-acknowledge");
    expect(scene.said("ring-acknowledge")).toEqual([{ type: "ring-acknowledge", callId }]);
    // What a server must never send before the accept changes nothing.
    scene.connection.deliver(offered(theirOffer));
    scene.connection.deliver({
      type: "candidate",
      callId,
      round: 0,
      candidate: { candidate: "", sdpMid: null, sdpMLineIndex: null },
    });
    scene.connection.deliver(accepted());
    scene.connection.deliver({ type: "ring", call: view({ callId: otherId, with: carol }) });
    await scene.drawn((all) => all.incoming.some((ring) => ring.callId === otherId));
    expect(scene.world.media.peers).toEqual([]);
    expect(scene.world.media.devices).toEqual([]);
    expect(scene.said("accept")).toEqual([]);
  });

  test("that accepts opens nothing until it has won", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: true });
    await scene.hears("accept");
    expect(scene.snapshot).toMatchObject({ incoming: [], current: { phase: "connecting" } });
    expect(scene.world.media.devices).toEqual([]);
    scene.connection.deliver(accepted());
    await scene.hears("answer");
    expect(scene.world.media.peer).toMatchObject({
      role: "callee",
      relay,
      taken: [theirOffer.description],
    });
    expect(scene.world.media.device.opened).toEqual({ camera: true });
  });

  test("that lost the race never opens a microphone", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    scene.connection.deliver({ type: "call-ended", callId, reason: "answered-elsewhere" });
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("answered-elsewhere");
    expect(scene.world.media.devices).toEqual([]);
    expect(scene.world.media.peers).toEqual([]);
  });

  test("whose accept came too late never opens a microphone", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    const code = "wrong-state";
    scene.connection.answer({ type: "refused", requestId: null, callId, code, message: "" });
    await scene.phase("ended");
    expect(scene.world.media.devices).toEqual([]);
  });

  test("answers an offer that comes after the accept", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    scene.connection.deliver(accepted({ offer: null }));
    scene.connection.deliver(offered(theirOffer));
    await scene.hears("answer");
    expect(scene.world.media.peer.taken).toEqual([theirOffer.description]);
  });

  test("ends a call whose offer shows an address, and says why", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    scene.connection.deliver(accepted({ offer: null }));
    await scene.current(() => scene.world.media.peers.length === 1);
    scene.world.media.peer.fault = new UnsafeDescription("line 9");
    scene.connection.deliver(offered(theirOffer));
    await scene.hears("hang-up");
    expect(scene.snapshot.current?.endReason).toBe("unsafe-description");
    expect(scene.said("answer")).toEqual([]);
    expect(scene.world.media.device.isClosed).toBe(true);
  });

  test("declines and silences by its own word, on this device at once", async () => {
    await scene.ringIn();
    scene.calls.silence(callId);
    await scene.hears("silence");
    expect(scene.snapshot.incoming).toMatchObject([{ isSilenced: true }]);
    scene.calls.decline(callId);
    await scene.hears("decline");
    expect(scene.snapshot.incoming).toEqual([]);
  });

  test("cannot accept what does not ring", async () => {
    scene.calls.accept(callId, { camera: false });
    scene.calls.decline(callId);
    scene.calls.silence(callId);
    await scene.ringIn();
    await scene.hears("ring-acknowledge");
    expect(scene.connection.heard.map(({ type }) => type)).toEqual(["hello", "ring-acknowledge"]);
  });

  test("rings without a sound what was silenced before this page was there", async () => {
    scene.calls.allowSound();
    await scene.drawn(({ sound }) => sound === "ready");
    scene.connection.deliver({ type: "ring", call: view({ isSilenced: true }) });
    await scene.incoming(1);
    expect(scene.snapshot.incoming).toMatchObject([{ isSilenced: true, ringsInThisTab: false }]);
    expect([...scene.world.media.sound.playing]).toEqual([]);
  });

  test("shows a quiet ring without a sound, beside one that is heard", async () => {
    const { playing } = scene.world.media.sound;
    scene.calls.allowSound();
    await scene.drawn(({ sound }) => sound === "ready");
    scene.connection.deliver({ type: "ring", call: view({ isQuiet: true }) });
    await scene.incoming(1);
    expect(scene.snapshot.incoming).toMatchObject([{ isQuiet: true, ringsInThisTab: false }]);
    expect([...playing]).toEqual([]);
    scene.connection.deliver({ type: "ring", call: view({ callId: otherId, with: carol }) });
    await scene.drawn(({ incoming }) => incoming[1]?.ringsInThisTab === true);
    expect(scene.snapshot.incoming[0]).toMatchObject({ ringsInThisTab: false });
  });

  test("stops ringing when the ring's time is over, also when nobody says so", async () => {
    scene.connection.deliver({ type: "ring", call: view({ ringRemainingMs: 30 }) });
    await scene.incoming(1);
    await scene.incoming(0);
    expect(scene.snapshot.current).toBeNull();
  });

  test.each(["missed", "declined-elsewhere", "answered-elsewhere", "revoked"] as const)(
    "falls silent when the ring is over: %s",
    async (reason) => {
      scene.calls.allowSound();
      await scene.drawn(({ sound }) => sound === "ready");
      scene.connection.deliver({ type: "ring", call: view() });
      await scene.drawn((all) => all.incoming[0]?.ringsInThisTab === true);
      expect([...scene.world.media.sound.playing]).toEqual(["ring"]);
      scene.connection.deliver({ type: "call-ended", callId, reason });
      await scene.incoming(0);
      expect(scene.world.media.sound.playing.size).toBe(0);
    },
  );
});

describe("the sound of a ring", () => {
  test("is silent until the person allowed it, and then rings what rings already", async () => {
    await scene.ringIn();
    expect(scene.snapshot).toMatchObject({
      sound: "silent",
      incoming: [{ ringsInThisTab: false }],
    });
    scene.calls.allowSound();
    await scene.drawn((all) => all.incoming[0]?.ringsInThisTab === true);
    expect(scene.snapshot.sound).toBe("ready");
  });

  test("that was allowed before comes back with the next gesture", async () => {
    scene.world.media.sound.isAllowed = false;
    scene.calls.allowSound();
    scene.world.page.happen("gesture");
    await scene.ringIn();
    expect(scene.snapshot.sound).toBe("silent");
    scene.world.media.sound.isAllowed = true;
    scene.world.page.happen("gesture");
    await scene.drawn((all) => all.sound === "ready" && all.incoming[0]?.ringsInThisTab === true);
    expect([...scene.world.media.sound.playing]).toEqual(["ring"]);
  });

  test("stops with the ring that was silenced on another device", async () => {
    scene.calls.allowSound();
    await scene.ringIn();
    await scene.drawn((all) => all.incoming[0]?.ringsInThisTab === true);
    scene.connection.deliver({ type: "silenced", callId });
    await scene.drawn((all) => all.incoming[0]?.isSilenced === true);
    expect(scene.world.media.sound.playing.size).toBe(0);
  });
});
