import { limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  accepted,
  answered,
  callId,
  CallScene,
  changed,
  offered,
  otherId,
  ownOffer,
  relay,
  theirOffer,
  view,
} from "../../test/test-calls.ts";
import { described } from "../../test/other-end.ts";
import { bob } from "../../test/test-client.ts";
import { until } from "../../test/until.ts";

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open();
});

afterEach(() => scene[Symbol.asyncDispose]());

describe("a caller", () => {
  test("has a second in which nothing was sent, and leaves no trace by cancelling", async () => {
    scene.calls.ring(bob, "audio");
    await scene.phase("about-to-ring");
    scene.calls.cancel();
    expect(scene.snapshot.current).toBeNull();
    scene.world.client.conversations.send(bob.handle, "instead");
    await scene.world.server.heard(() =>
      scene.world.server.requests.some(({ method }) => method === "POST"),
    );
    expect(scene.connection.heard.map(({ type }) => type)).toEqual(["hello"]);
    expect(scene.world.media.peers).toEqual([]);
  });

  test("that cancels in the same moment sends nothing either", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    scene.calls.ring(bob, "audio");
    scene.calls.cancel();
    await vi.advanceTimersByTimeAsync(limits.cancelBeforeInviteMs);
    vi.useRealTimers();
    scene.connection.deliver({ type: "ring", call: view() });
    await scene.hears("ring-acknowledge");
    expect(scene.said("invite")).toEqual([]);
  });

  test("rings, gathers with the credential of the call and sends its offer while it rings", async () => {
    await scene.ringOut();
    expect(scene.snapshot.current).toMatchObject({ phase: "ringing", callId, isInThisTab: true });
    expect(scene.world.media.peer).toMatchObject({ role: "caller", relay });
    expect(scene.said("offer")).toMatchObject([ownOffer]);
    expect([...scene.world.media.sound.playing]).toEqual(["ringback"]);
  });

  test("is told that nobody can be rung, and nothing else", async () => {
    scene.connection.answer({ type: "unavailable", requestId: await scene.invite() });
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("unavailable");
    expect(scene.world.media.peers).toEqual([]);
    scene.calls.dismissEnded();
    expect(scene.snapshot.current).toBeNull();
  });

  test.each([
    ["already-in-call", "already-in-call"],
    ["too-many-requests", "too-many-requests"],
    ["rate-limited", "too-many-people"],
    ["unavailable", "server-unavailable"],
    ["internal", "refused"],
  ] as const)("whose invite is refused by %s ends with %s", async (code, endReason) => {
    const requestId = await scene.invite();
    scene.connection.answer({ type: "refused", requestId, callId: null, code, message: "" });
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe(endReason);
  });

  test("that cancels before the answer to the invite cancels when it comes", async () => {
    const requestId = await scene.invite();
    scene.calls.cancel();
    expect(scene.snapshot.current).toMatchObject({ phase: "ended", endReason: "cancelled" });
    scene.connection.answer({ type: "ringing", requestId, call: view({ role: "caller" }), relay });
    await scene.hears("cancel");
    expect(scene.world.media.peers).toEqual([]);
  });

  test("cancels a ring, and everything that it opened is closed at once", async () => {
    await scene.ringOut();
    scene.calls.cancel();
    await scene.hears("cancel");
    expect(scene.snapshot.current?.endReason).toBe("cancelled");
    expect(scene.world.media.peer.isClosed).toBe(true);
    expect(scene.world.media.device.isClosed).toBe(true);
    expect(scene.world.media.sound.playing.size).toBe(0);
    expect(scene.world.media.awake.every((signal) => signal.aborted)).toBe(true);
  });

  test.each(["no-answer", "declined"] as const)("sees that a ring ended: %s", async (reason) => {
    await scene.ringOut();
    scene.connection.deliver({ type: "call-ended", callId, reason });
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe(reason);
    expect(scene.world.media.peer.isClosed).toBe(true);
  });

  test("sees a decline that was quicker than the answer to the invite", async () => {
    const requestId = await scene.invite();
    scene.connection.deliver({ type: "call-ended", callId: otherId, reason: "missed" });
    scene.connection.deliver({ type: "call-ended", callId, reason: "declined" });
    const call = view({ role: "caller", isThisDevice: true });
    scene.connection.answer({ type: "ringing", requestId, call, relay });
    await scene.phase("ended");
    expect(scene.snapshot.current).toMatchObject({ callId, endReason: "declined" });
    expect(scene.world.media.peer.isClosed).toBe(true);
  });

  test("is connecting when the other accepts, takes the answer and trickles both ways", async () => {
    await scene.ringOut();
    scene.connection.deliver(
      accepted({ call: view({ role: "caller", state: "connecting" }), relay: null, offer: null }),
    );
    await scene.phase("connecting");
    const answer = await scene.other.answer(described("their answer"));
    const another = await scene.other.answer(described("another answer"));
    scene.connection.deliver(answered(answer));
    const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };
    scene.connection.deliver({ type: "candidate", callId, round: 0, candidate });
    // Said twice, or by somebody who may not, it changes nothing.
    scene.connection.deliver(answered(another));
    scene.connection.deliver(offered(theirOffer));
    scene.world.media.peer.events.onCandidate(candidate);
    await scene.hears("candidate");
    scene.connection.deliver(changed("connected", { role: "caller" }));
    await scene.current((call) => call.connectedAtMs !== null);
    await vi.waitFor(() => expect(scene.world.media.peer.candidates).toEqual([candidate]));
    expect(scene.world.media.peer.taken).toEqual([answer.description]);
  });

  test("without a connection is told so and sends nothing later", async () => {
    scene.connection.socket.terminate();
    scene.world.server.refuse(true);
    await until(scene.world.client.connection, (state) => state === "offline");
    await scene.ring();
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("unreachable");
  });

  test("whose description is refused leaves the call and says why", async () => {
    await scene.ringOut();
    const code = "description-refused";
    scene.connection.answer({ type: "refused", requestId: null, callId, code, message: "" });
    await scene.hears("hang-up");
    expect(scene.snapshot.current?.endReason).toBe("unsafe-description");
  });
});
