import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callId, changed, CallScene, view } from "../../test/test-calls.ts";
import { until } from "../../test/until.ts";

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open();
});

afterEach(() => scene[Symbol.asyncDispose]());

describe("a call", () => {
  test("is connected when the server says so, and has been since then", async () => {
    await scene.acceptIn();
    scene.connection.deliver(changed("connected", { connectedForMs: 5_000 }));
    await scene.current((call) => call.connectedAtMs !== null);
    expect(performance.now() - (scene.snapshot.current?.connectedAtMs ?? 0)).toBeGreaterThan(4_999);
  });

  test("says that media arrives when packets of sound do, not when a path is there", async () => {
    await scene.acceptIn();
    scene.world.media.peer.events.onPath(true);
    const { peer } = scene.world.media;
    expect(scene.said("media-connected")).toEqual([]);
    peer.hear();
    await scene.hears("media-connected");
    scene.connection.deliver(changed("connected"));
    await scene.phase("connected");
  });

  test("with somebody who only listens is up when the path is", async () => {
    await scene.acceptIn();
    const message = {
      type: "devices",
      microphone: "none",
      camera: "off",
      screen: "off",
    } as const;
    scene.world.media.peer.events.onPeerMessage(message);
    scene.world.media.peer.events.onPath(true);
    await scene.hears("media-connected");
    expect(scene.snapshot.current).toMatchObject({
      remoteIsMuted: false,
      remoteMicrophone: "none",
    });
  });

  test("says that its sound is held, and no more when it is heard", async () => {
    await scene.acceptIn();
    scene.world.media.holdSound(true);
    expect(scene.snapshot.current?.isSoundHeld).toBe(true);
    scene.world.media.holdSound(false);
    expect(scene.snapshot.current?.isSoundHeld).toBe(false);
  });

  test("says when media is lost and when it is back, with new packets", async () => {
    await scene.acceptIn();
    const { peer } = scene.world.media;
    peer.hear();
    await scene.hears("media-connected");
    scene.connection.deliver(changed("connected"));
    await scene.phase("connected");
    scene.connection.calls = [view({ state: "reconnecting", isThisDevice: true, reason: null })];
    peer.losePath();
    await scene.hears("media-lost");
    expect(scene.snapshot.current?.phase).toBe("reconnecting");
    peer.events.onPath(true);
    expect(scene.snapshot.current?.phase).toBe("reconnecting");
    peer.hear();
    await scene.hears("media-connected", 2);
    scene.connection.deliver(changed("connected"));
    await scene.phase("connected");
    expect(scene.said("media-lost")).toHaveLength(1);
  });

  test("asks for more time while the browser asks its person", async () => {
    await scene.acceptIn();
    scene.world.media.device.events.onQuestion();
    await scene.hears("microphone-pending");
    expect(scene.snapshot.current?.microphone).toBe("pending");
  });

  test("goes on without a microphone, and tells the other side end to end", async () => {
    await scene.acceptIn();
    scene.world.media.device.become({ microphone: "blocked" });
    expect(scene.snapshot.current).toMatchObject({ phase: "connecting", microphone: "blocked" });
    expect(scene.world.media.peer.said.at(-1)).toEqual({
      type: "devices",
      microphone: "none",
      camera: "off",
      screen: "off",
    });
    scene.world.media.device.become({ microphone: "on" });
    scene.calls.setMuted(true);
    expect(scene.world.media.peer.said.at(-1)).toMatchObject({ microphone: "muted" });
    expect(scene.connection.heard.some(({ type }) => type === "hang-up")).toBe(false);
  });

  test("is hung up by either side, and lets go of everything", async () => {
    await scene.acceptIn();
    scene.calls.hangUp();
    await scene.hears("hang-up");
    expect(scene.snapshot.current).toMatchObject({ phase: "ended", endReason: "hung-up" });
    expect(scene.world.media.peer.isClosed).toBe(true);
    expect(scene.world.media.device.isClosed).toBe(true);
  });

  test("is left by a beacon when the page goes away", async () => {
    await scene.acceptIn();
    scene.world.page.happen("leaving");
    expect(scene.world.beacons).toEqual([`/api/calls/${callId}/bye`]);
    expect(scene.world.media.device.isClosed).toBe(true);
  });

  test("that is hung up without a connection is left by a beacon", async () => {
    await scene.acceptIn();
    scene.connection.socket.terminate();
    scene.world.server.refuse(true);
    await until(scene.world.client.connection, (state) => state === "offline");
    scene.calls.hangUp();
    expect(scene.world.beacons).toEqual([`/api/calls/${callId}/bye`]);
  });

  test("ends with the login", async () => {
    await scene.acceptIn();
    scene.world.answers.set("DELETE /api/login", () => ({ status: 204 }));
    await scene.world.client.account.signOut();
    expect(scene.snapshot.current).toBeNull();
    expect(scene.world.media.device.isClosed).toBe(true);
  });
});
