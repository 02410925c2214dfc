import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CallScene, callId, otherId, view } from "../../test/test-calls.ts";
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
  await expect.poll(shown).toEqual([tagOf(callId)]);
  expect(scene.world.push.shown.get(tagOf(callId))).toMatchObject({
    title: "Bob",
    options: { actions: [{ action: "accept" }, { action: "decline" }] },
  });
  scene.connection.deliver({ type: "call-ended", callId, reason: "answered-elsewhere" });
  await expect.poll(shown).toEqual([]);
});

test("a call that is missed leaves a quiet word in the place of its ring", async () => {
  await scene.ringIn();
  await expect.poll(shown).toEqual([tagOf(callId)]);
  scene.connection.deliver({ type: "call-ended", callId, reason: "missed" });
  await vi.waitFor(() => {
    expect(scene.world.push.shown.get(tagOf(callId))).toMatchObject({
      title: "Missed call from Bob",
      options: { silent: true },
    });
  });
});

test("a ring that waits makes no sound as a notification either, until it waits no more", async () => {
  scene.connection.deliver({
    type: "call-changed",
    call: view({ callId: otherId, state: "connected" }),
  });
  await scene.ringIn();
  expect(scene.snapshot.incoming[0]?.isWaiting).toBe(true);
  await vi.waitFor(() => {
    expect(scene.world.push.shown.get(tagOf(callId))?.options).toMatchObject({
      silent: true,
      actions: [{ action: "decline" }],
    });
  });
  scene.connection.deliver({ type: "call-ended", callId: otherId, reason: "hung-up" });
  await vi.waitFor(() => {
    expect(scene.world.push.shown.get(tagOf(callId))?.options.actions).toHaveLength(2);
  });
});

test("it goes when the page is looked at, and when the ring is silenced", async () => {
  await scene.ringIn();
  await expect.poll(shown).toEqual([tagOf(callId)]);
  scene.world.page.isSeen = true;
  scene.world.page.happen("shown");
  await expect.poll(shown).toEqual([]);
  scene.world.page.isSeen = false;
  scene.world.page.happen("hidden");
  await expect.poll(shown).toEqual([tagOf(callId)]);
  scene.connection.deliver({ type: "silenced", callId });
  await expect.poll(shown).toEqual([]);
});

test("what a push has shown goes when the page shows the ring", async () => {
  scene.world.page.isSeen = true;
  await scene.world.push.show({
    title: "Bob",
    options: { tag: tagOf(callId), data: { callId, path: "/" } },
  });
  await scene.ringIn();
  await expect.poll(shown).toEqual([]);
});

test("nothing shows for a quiet ring", async () => {
  scene.connection.deliver({ type: "ring", call: view({ isQuiet: true }) });
  scene.connection.deliver({ type: "ring", call: view({ callId: otherId }) });
  await expect.poll(shown).toEqual([tagOf(otherId)]);
});

test("nothing shows without leave", async () => {
  scene.world.push.granted = "denied";
  await scene.ringIn();
  scene.connection.deliver({ type: "ring", call: view({ callId: otherId }) });
  await scene.incoming(2);
  expect(shown()).toEqual([]);
});

function hide({ world: { page } }: CallScene): void {
  page.isSeen = false;
  page.happen("hidden");
}

describe("of the tabs of one profile", () => {
  let second: CallScene;

  beforeEach(async () => {
    await scene[Symbol.asyncDispose]();
    const profile = {
      locks: navigator.locks,
      tabs: crypto.randomUUID(),
      granted: "granted",
    } as const;
    scene = await CallScene.open(profile);
    second = await CallScene.open(profile);
    hide(scene);
    hide(second);
  });
  afterEach(() => second[Symbol.asyncDispose]());

  const ringBoth = () => Promise.all([scene.ringIn(), second.ringIn()]);
  const shownBySecond = () => [...second.world.push.shown.keys()];

  test("one notifies for all", async () => {
    await ringBoth();
    await vi.waitFor(() => expect([...shown(), ...shownBySecond()]).toEqual([tagOf(callId)]));
    // The other waits for its turn, which comes with the end of this tab.
    const [shows, waits] = shown().length > 0 ? [scene, second] : [second, scene];
    expect(waits.world.push.shown.size).toBe(0);
    shows.world.client.close();
    await vi.waitFor(() => expect(waits.world.push.shown.size).toBe(1));
  });

  test("none notifies while one is looked at, and then the others do", async () => {
    second.world.page.isSeen = true;
    second.world.page.happen("shown");
    await vi.waitFor(async () => {
      const { held } = await navigator.locks.query();
      expect(held?.map(({ name }) => name)).toContain("ringfence-seen");
    });
    await ringBoth();
    await vi.waitFor(async () => {
      const { held, pending } = await navigator.locks.query();
      expect(held?.map(({ name }) => name)).toContain("ringfence-notify");
      expect(pending?.map(({ name }) => name)).toContain("ringfence-seen");
    });
    expect([...shown(), ...shownBySecond()]).toEqual([]);
    hide(second);
    await vi.waitFor(() => expect([...shown(), ...shownBySecond()]).toEqual([tagOf(callId)]));
  });
});
