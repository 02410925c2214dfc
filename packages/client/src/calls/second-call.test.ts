import type { CallId } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  accepted,
  callId,
  changed,
  otherId,
  relay,
  view,
  CallScene,
} from "../../test/test-calls.ts";
import { bob, carol } from "../../test/test-client.ts";

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open({ locks: navigator.locks });
  scene.calls.allowSound();
  await scene.drawn(({ sound }) => sound === "ready");
});

afterEach(() => scene[Symbol.asyncDispose]());

const thirdId = "2".repeat(26) as CallId;
const carolsRing = view({ callId: otherId, with: carol });
const carolsCall = accepted({
  call: view({ callId: otherId, with: carol, state: "connecting", isThisDevice: true }),
});

async function carolRings(): Promise<void> {
  scene.connection.deliver({ type: "ring", call: carolsRing });
  await scene.incoming(1);
}

/** In a call with Bob, and taking Carol's. */
async function takeCarols(): Promise<void> {
  await scene.acceptIn();
  await carolRings();
  scene.calls.accept(otherId, { camera: true });
  await scene.hears("accept", 2);
}

describe("a ring during a call", () => {
  test("waits with one soft tone, and says what accepting ends", async () => {
    const { played, playing } = scene.world.media.sound;
    await scene.acceptIn();
    await carolRings();
    await scene.drawn(() => played.includes("waiting"));
    expect(scene.snapshot.incoming).toMatchObject([
      { isWaiting: true, acceptEnds: "call", ringsInThisTab: false },
    ]);
    scene.connection.deliver(changed("connected"));
    await scene.current(({ connectedAtMs }) => connectedAtMs !== null);
    expect(played.filter((tone) => tone === "waiting")).toHaveLength(1);
    expect(playing).not.toContain("ring");
  });

  test.each([{ isQuiet: true }, { isSilenced: true }])(
    "makes no tone where it is to make none: %o",
    async (change) => {
      await scene.acceptIn();
      scene.connection.deliver({ type: "ring", call: { ...carolsRing, ...change } });
      await scene.incoming(1);
      await carolRings();
      scene.connection.deliver({ type: "ring", call: view({ callId: thirdId, with: carol }) });
      await scene.incoming(2);
      await scene.drawn(() => scene.world.media.sound.played.includes("waiting"));
      expect(scene.world.media.sound.played.filter((tone) => tone === "waiting")).toHaveLength(1);
    },
  );

  test("rings aloud once the call is over", async () => {
    await scene.acceptIn();
    await carolRings();
    scene.connection.deliver({ type: "call-ended", callId, reason: "hung-up" });
    await scene.drawn(({ incoming }) => incoming[0]?.ringsInThisTab === true);
    expect(scene.snapshot.incoming).toMatchObject([{ acceptEnds: "nothing" }]);
    expect([...scene.world.media.sound.playing]).toContain("ring");
  });

  test("is taken by an accept that ends the call, and the call goes on until it has won", async () => {
    await takeCarols();
    expect(scene.said("accept")[1]).toEqual({
      type: "accept",
      callId: otherId,
      ends: callId,
      answer: null,
    });
    expect(scene.snapshot).toMatchObject({ incoming: [], current: { callId, with: bob } });
    expect(scene.world.media.peer.isClosed).toBe(false);
    scene.connection.deliver({ type: "call-ended", callId, reason: "cancelled" });
    scene.connection.deliver(carolsCall);
    await scene.hears("answer", 2);
    expect(scene.snapshot.current).toMatchObject({ callId: otherId, phase: "connecting" });
    expect(scene.world.media.peers.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(scene.world.media.device.opened).toEqual({ camera: true });
    expect(scene.said("hang-up")).toEqual([]);
  });

  test("is followed also when the word of the winner comes before that of the end", async () => {
    await takeCarols();
    scene.connection.deliver(carolsCall);
    scene.connection.deliver({ type: "call-ended", callId, reason: "cancelled" });
    await scene.hears("answer", 2);
    expect(scene.snapshot.current).toMatchObject({ callId: otherId, phase: "connecting" });
  });

  test.each(["missed", "answered-elsewhere", "revoked"] as const)(
    "that is over meanwhile (%s) leaves the call as it is",
    async (reason) => {
      await takeCarols();
      const code = "wrong-state";
      scene.connection.deliver({ type: "call-ended", callId: otherId, reason });
      scene.connection.answer({
        type: "refused",
        requestId: null,
        callId: otherId,
        code,
        message: "",
      });
      scene.connection.deliver(changed("connected"));
      await scene.current(({ connectedAtMs }) => connectedAtMs !== null);
      expect(scene.snapshot).toMatchObject({ incoming: [], current: { callId } });
      expect(scene.world.media.peers.map(({ isClosed }) => isClosed)).toEqual([false]);
      expect(scene.said("hang-up")).toEqual([]);
    },
  );

  test("can be taken again where the server could not save it", async () => {
    await takeCarols();
    scene.connection.answer({
      type: "refused",
      requestId: null,
      callId: otherId,
      code: "internal",
      message: "",
    });
    await scene.incoming(1);
    expect(scene.snapshot.current).toMatchObject({ callId });
    scene.calls.accept(otherId, { camera: false });
    await scene.hears("accept", 3);
  });

  test("whose accept was lost with the socket rings again beside the call", async () => {
    await takeCarols();
    const bobs = view({ state: "connected", isThisDevice: true, connectedForMs: 10 });
    await scene.reconnect([bobs, carolsRing]);
    await scene.incoming(1);
    expect(scene.snapshot.current).toMatchObject({ callId, endReason: null });
    expect(scene.said("accept")).toEqual([]);
  });

  test("waits also behind a call on another device, which goes on when it is accepted", async () => {
    const { played } = scene.world.media.sound;
    scene.connection.deliver(changed("connected", { isThisDevice: false }));
    await carolRings();
    await scene.drawn(() => played.includes("waiting"));
    expect(scene.snapshot.incoming).toMatchObject([{ isWaiting: true, acceptEnds: "nothing" }]);
    scene.connection.deliver({ type: "call-ended", callId, reason: "hung-up" });
    await scene.drawn(({ incoming }) => incoming[0]?.ringsInThisTab === true);
    scene.connection.calls = [view({ state: "connected" }), carolsRing];
    scene.connection.welcome();
    await scene.drawn(({ incoming }) => incoming[0]?.isWaiting === true);
    scene.calls.accept(otherId, { camera: false });
    await scene.hears("accept");
    expect(scene.said("accept")).toEqual([
      { type: "accept", callId: otherId, ends: null, answer: null },
    ]);
  });

  test("is declined and silenced by itself", async () => {
    await scene.acceptIn();
    await carolRings();
    scene.calls.silence(otherId);
    scene.calls.decline(otherId);
    await scene.hears("decline");
    expect(scene.said("decline")).toEqual([{ type: "decline", callId: otherId }]);
    expect(scene.snapshot).toMatchObject({ incoming: [], current: { callId } });
  });
});

describe("a ring while this device rings somebody", () => {
  test("waits, and accepting it stops the own ring", async () => {
    await scene.ringOut();
    await carolRings();
    expect(scene.snapshot.incoming).toMatchObject([{ acceptEnds: "ring" }]);
    scene.calls.accept(otherId, { camera: false });
    await scene.hears("accept");
    expect(scene.said("accept")).toEqual([
      { type: "accept", callId: otherId, ends: callId, answer: null },
    ]);
    expect(scene.snapshot.current).toMatchObject({ phase: "ringing", with: bob });
    scene.connection.deliver({ type: "call-ended", callId, reason: "cancelled" });
    scene.connection.deliver(carolsCall);
    await scene.hears("answer");
    expect(scene.snapshot.current).toMatchObject({ callId: otherId, with: carol });
    expect(scene.world.media.sound.playing).not.toContain("ringback");
  });

  test("is accepted at once where nothing was sent yet", async () => {
    scene.calls.ring(bob, "audio");
    await scene.phase("about-to-ring");
    await carolRings();
    scene.calls.accept(otherId, { camera: false });
    await scene.hears("accept");
    expect(scene.said("accept")).toEqual([
      { type: "accept", callId: otherId, ends: null, answer: null },
    ]);
    scene.connection.deliver(carolsCall);
    await scene.hears("answer");
    expect(scene.said("invite")).toEqual([]);
  });

  test("is accepted as soon as it is known which call that ends", async () => {
    const requestId = await scene.invite();
    await carolRings();
    scene.calls.accept(otherId, { camera: false });
    await scene.incoming(0);
    const call = view({ role: "caller", isThisDevice: true, reason: null });
    scene.connection.answer({ type: "ringing", requestId, call, relay });
    await scene.hears("accept");
    expect(scene.said("accept")).toEqual([
      { type: "accept", callId: otherId, ends: callId, answer: null },
    ]);
  });

  test("is accepted where the own ring comes to nothing meanwhile", async () => {
    const requestId = await scene.invite();
    await carolRings();
    scene.calls.accept(otherId, { camera: false });
    await scene.incoming(0);
    scene.connection.answer({ type: "unavailable", requestId });
    await scene.hears("accept");
    expect(scene.said("accept")).toEqual([
      { type: "accept", callId: otherId, ends: null, answer: null },
    ]);
    expect(scene.snapshot.current).toMatchObject({ with: carol, phase: "connecting" });
  });
});
