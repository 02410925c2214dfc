import { protocolVersion } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  accepted,
  callId,
  CallScene,
  otherId,
  ownOffer,
  place,
  theirOffer,
  view,
} from "../../test/test-calls.ts";
import { described } from "../../test/other-end.ts";
import { carol } from "../../test/test-client.ts";
import { until } from "../../test/until.ts";

let scene: CallScene;

beforeEach(async () => {
  // Node lets go of a lock late, as browsers do.
  scene = await CallScene.open({ locks: navigator.locks });
});

afterEach(() => scene[Symbol.asyncDispose]());

async function heldLock(name: string): Promise<void> {
  const isHeld = async () =>
    (await navigator.locks.query()).held?.some((lock) => lock.name === name) === true;
  while (!(await isHeld()));
}

const ringingOut = view({ role: "caller", isThisDevice: true, reason: null });
const connecting = view({ state: "connecting", isThisDevice: true, reason: null });

describe("a welcome", () => {
  test("shows a ring that this page did not know and ends those that are over", async () => {
    await scene.ringIn();
    scene.connection.calls = [view({ callId: otherId, with: carol })];
    scene.connection.welcome();
    await scene.drawn((all) => all.incoming[0]?.callId === otherId);
    expect(scene.snapshot.incoming).toHaveLength(1);
    await scene.hears("ring-acknowledge", 2);
  });

  test("leaves a call that goes on as it is", async () => {
    await scene.acceptIn();
    scene.world.media.peer.hear();
    await scene.hears("media-connected");
    scene.connection.calls = [view({ state: "connected", isThisDevice: true, connectedForMs: 10 })];
    scene.connection.own = place({ offer: theirOffer, answer: scene.latestSigned("answer") });
    scene.connection.welcome();
    await scene.phase("connected");
    scene.calls.hangUp();
    await scene.hears("hang-up");
    const types = scene.connection.heard.map(({ type }) => type);
    expect(types.slice(-3)).toEqual(["answer", "media-connected", "hang-up"]);
  });

  test.each(["connecting", "reconnecting"] as const)(
    "in which a call with media is %s is answered with the word that it arrives",
    async (state) => {
      await scene.acceptIn();
      scene.world.media.peer.hear();
      await scene.hears("media-connected");
      scene.connection.calls = [{ ...connecting, state }];
      scene.connection.welcome();
      await scene.hears("media-connected", 2);
      expect(scene.said("media-lost")).toEqual([]);
    },
  );

  test("ends a call that the server no longer has", async () => {
    await scene.acceptIn();
    await scene.reconnect([]);
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("lost");
  });

  test("hangs up a call of this device that no page holds any more", async () => {
    scene.connection.calls = [view({ state: "connected", isThisDevice: true, connectedForMs: 10 })];
    scene.connection.welcome();
    await scene.hears("hang-up");
    expect(scene.said("hang-up")).toEqual([{ type: "hang-up", callId }]);
    expect(scene.snapshot.current).toBeNull();
  });
});

describe("a callee whose socket is lost", () => {
  test("with its accept says it again, and is connected", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    await scene.reconnect([view()]);
    await scene.hears("accept");
    expect(scene.snapshot).toMatchObject({ incoming: [], current: { phase: "connecting" } });
    scene.connection.deliver(accepted());
    await scene.hears("answer");
  });

  test("with the word that it won is in the call all the same", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    await scene.reconnect([connecting], place({ offer: theirOffer }));
    await scene.hears("answer");
    expect(scene.world.media.peer).toMatchObject({
      relay: { credential: "fresh" },
      taken: [theirOffer.description],
    });
    expect(scene.said("hang-up")).toEqual([]);
  });

  test("with the word that another device won sees that, and says nothing", async () => {
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.hears("accept");
    await scene.reconnect([{ ...connecting, isThisDevice: false }]);
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("answered-elsewhere");
    expect(scene.connection.heard.map(({ type }) => type)).toEqual(["hello"]);
  });

  test("with its answer says it again, with the candidates behind it", async () => {
    await scene.acceptIn();
    const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };
    scene.world.media.peer.events.onCandidate(candidate);
    await scene.hears("candidate");
    const signed = scene.latestSigned("answer");
    await scene.reconnect([connecting], place({ offer: theirOffer }));
    await scene.hears("candidate");
    expect(scene.connection.heard).toEqual([
      { type: "hello", protocolVersion },
      { type: "answer", callId, round: 0, signed },
      { type: "candidate", callId, round: 0, candidate },
    ]);
  });

  test("says nothing again that the server has", async () => {
    await scene.acceptIn();
    await scene.reconnect(
      [connecting],
      place({ offer: theirOffer, answer: scene.latestSigned("answer") }),
    );
    await scene.phase("connecting");
    scene.calls.hangUp();
    await scene.hears("hang-up");
    expect(scene.connection.heard.map(({ type }) => type)).toEqual(["hello", "hang-up"]);
  });

  test("with a hang-up says it again, although the call is over on this page", async () => {
    await scene.acceptIn();
    scene.calls.hangUp();
    await scene.hears("hang-up");
    await scene.reconnect([connecting]);
    await scene.hears("hang-up");
    expect(scene.snapshot.current?.endReason).toBe("hung-up");
  });

  test("before the accept could be said rings again", async () => {
    await scene.ringIn();
    scene.connection.socket.terminate();
    await until(scene.world.client.connection, (state) => state !== "online");
    scene.calls.accept(callId, { camera: false });
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("unreachable");
    scene.connection = await scene.world.server.connection(2);
    scene.connection.calls = [view()];
    await scene.incoming(1);
  });
});

describe("a caller whose socket is lost", () => {
  test.each(["ringing", "connecting"] as const)("while %s says its offer again", async (state) => {
    await scene.ringOut();
    await scene.reconnect([{ ...ringingOut, state }], place());
    await scene.hears("offer");
    expect(scene.said("offer")).toMatchObject([ownOffer]);
    await scene.phase(state);
  });

  test("says no offer again in a call that is connected", async () => {
    await scene.ringOut();
    const offer = scene.latestSigned("offer");
    const said = { offer, answer: await scene.other.answer(described("their answer")) };
    await scene.reconnect([{ ...ringingOut, state: "connected" }], place(said));
    await scene.current((call) => call.connectedAtMs !== null);
    scene.calls.hangUp();
    await scene.hears("hang-up");
    expect(scene.said("offer")).toEqual([]);
  });

  test("with the answer to its invite cancels the ring, and is in no call", async () => {
    await scene.invite();
    await scene.reconnect([ringingOut]);
    await scene.hears("cancel");
    expect(scene.snapshot.current).toMatchObject({ isInThisTab: true, endReason: "unreachable" });
    scene.calls.dismissEnded();
    expect(scene.snapshot.current).toBeNull();
    await scene.ring();
    await scene.hears("invite");
  });

  test("with its invite has no ring to cancel", async () => {
    await scene.invite();
    await scene.reconnect([]);
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("unreachable");
    expect(scene.said("cancel")).toEqual([]);
  });

  test("takes no call that its own tab crashed in for one of another tab", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    scene.calls.ring(carol, "audio");
    vi.useRealTimers();
    await heldLock("ringfence-call");
    scene.connection.calls = [connecting];
    scene.connection.welcome();
    await scene.hears("hang-up");
    expect(scene.snapshot.current).toMatchObject({ phase: "about-to-ring", with: carol });
  });
});
