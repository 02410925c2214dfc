import type { CallId } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CallScene, callId, otherId, place, view } from "../../test/test-calls.ts";
import { carol } from "../../test/test-client.ts";

const thirdId = "2".repeat(26) as CallId;

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

function leave(id = callId, until = Date.now() + 30_000): void {
  scene.world.push.left.push({ callId: id, until });
}

test("an accept that was left for a call that rings is taken once the worker says to look", async () => {
  await scene.ringIn();
  leave();
  scene.world.push.look();
  await scene.hears("accept");
  expect(scene.said("accept")).toMatchObject([{ callId }]);
  expect(scene.world.push.left).toEqual([]);
});

test("it waits for a ring that this page has not heard of yet", async () => {
  leave();
  scene.world.page.happen("shown");
  scene.connection.deliver({ type: "ring", call: view() });
  await scene.hears("accept");
  expect(scene.said("accept")).toMatchObject([{ callId }]);
});

test("nothing is accepted that was left for another call, or too long ago", async () => {
  await scene.ringIn();
  leave(otherId);
  leave(callId, Date.now() - 1);
  scene.world.push.look();
  await scene.drawn(({ incoming }) => incoming.length === 1);
  scene.connection.deliver({ type: "silenced", callId });
  await scene.drawn(({ incoming }) => incoming[0]?.isSilenced === true);
  expect(scene.said("accept")).toEqual([]);
  expect(scene.snapshot.current).toBeNull();
});

test("nobody who is in a call leaves it by a notification, then or later", async () => {
  await scene.ringIn();
  scene.calls.accept(callId, { camera: false });
  await scene.hears("accept");
  scene.connection.deliver({ type: "ring", call: view({ callId: otherId, with: carol }) });
  await scene.incoming(1);
  leave(otherId);
  scene.world.push.look();
  scene.connection.deliver({ type: "call-ended", callId, reason: "hung-up" });
  await scene.phase("ended");
  expect(scene.said("accept")).toHaveLength(1);
  expect(scene.snapshot.incoming).toHaveLength(1);
});

describe("a call that waits behind the question to return to it", () => {
  const standing = view({ state: "connected", isThisDevice: true, reason: null });
  const second = view({ callId: otherId, with: carol });

  test("is not ended by a notification: the card asks", async () => {
    scene.connection.calls = [standing];
    scene.connection.own = place();
    scene.connection.welcome();
    await scene.drawn(({ returnable }) => returnable !== null);
    scene.connection.deliver({ type: "ring", call: second });
    await scene.incoming(1);
    leave(otherId);
    scene.world.push.look();
    await looked();
    expect(scene.said("accept")).toEqual([]);
    expect(scene.snapshot).toMatchObject({
      incoming: [{ callId: otherId }],
      returnable: { callId },
    });
  });

  test("is neither on a fresh page that learns of both at once", async () => {
    leave(otherId);
    scene.world.push.look();
    scene.connection.calls = [standing, second];
    scene.connection.own = place();
    scene.connection.welcome();
    await scene.drawn(({ incoming, returnable }) => incoming.length === 1 && returnable !== null);
    await looked();
    expect(scene.said("accept")).toEqual([]);
    expect(scene.snapshot).toMatchObject({ current: null, returnable: { callId } });
  });
});

test("a direct call is not accepted by what was left: the card warns of the address", async () => {
  scene.connection.deliver({ type: "ring", call: view({ route: "direct" }) });
  await scene.incoming(1);
  leave();
  scene.world.push.look();
  await looked();
  expect(scene.said("accept")).toEqual([]);
  expect(scene.snapshot).toMatchObject({ current: null, incoming: [{ callId }] });
});

/** What was left is taken, and what follows from it has gone out. */
async function looked(): Promise<void> {
  scene.connection.deliver({ type: "ring", call: view({ callId: thirdId }) });
  const before = scene.said("ring-acknowledge").length;
  await scene.hears("ring-acknowledge", before + 1);
  scene.connection.deliver({ type: "call-ended", callId: thirdId, reason: "missed" });
  await scene.drawn(({ incoming }) => incoming.every((ring) => ring.callId !== thirdId));
}
