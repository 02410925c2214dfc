import { afterEach, beforeEach, expect, test } from "vitest";
import { CallScene, callId, view } from "../../test/test-calls.ts";
import { tagOf } from "../notifications/index.ts";

let scene: CallScene;

beforeEach(async () => {
  scene = await CallScene.open();
  scene.world.push.granted = "granted";
  scene.world.page.isSeen = false;
});
afterEach(() => scene[Symbol.asyncDispose]());

const shown = () => [...scene.world.push.shown.keys()];

test("a ring shows as a notification where nobody looks at the page, until it ends", async () => {
  await scene.ringIn();
  expect(shown()).toEqual([tagOf(callId)]);
  expect(scene.world.push.shown.get(tagOf(callId))).toMatchObject({
    title: "Bob",
    options: { actions: [{ action: "accept" }, { action: "decline" }] },
  });
  scene.connection.deliver({ type: "call-ended", callId, reason: "missed" });
  await scene.incoming(0);
  expect(shown()).toEqual([]);
});

test("it goes when the page is looked at, and when the ring is silenced", async () => {
  await scene.ringIn();
  scene.world.page.isSeen = true;
  scene.world.page.happen("shown");
  expect(shown()).toEqual([]);
  scene.world.page.isSeen = false;
  scene.connection.deliver({ type: "silenced", callId });
  await scene.drawn(({ incoming }) => incoming[0]?.isSilenced === true);
  expect(shown()).toEqual([]);
});

test("what a push has shown goes when the page shows the ring", async () => {
  scene.world.page.isSeen = true;
  await scene.world.push.show({
    title: "Bob",
    options: { tag: tagOf(callId), data: { callId, path: "/" } },
  });
  await scene.ringIn();
  expect(shown()).toEqual([]);
});

test("nothing shows for a quiet ring, nor without leave", async () => {
  scene.connection.deliver({ type: "ring", call: view({ isQuiet: true }) });
  await scene.incoming(1);
  expect(shown()).toEqual([]);
  scene.connection.deliver({ type: "call-ended", callId, reason: "missed" });
  await scene.incoming(0);
  scene.world.push.granted = "denied";
  await scene.ringIn();
  expect(shown()).toEqual([]);
});
