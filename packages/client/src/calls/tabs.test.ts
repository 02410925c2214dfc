import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  accepted,
  answered,
  callId,
  CallScene,
  changed,
  offered,
  otherId,
  place,
  theirOffer,
  view,
} from "../../test/test-calls.ts";
import { bob, carol } from "../../test/test-client.ts";

/** Two tabs share what a profile shares, which Node has as browsers do. */
const { locks } = navigator;
let first: CallScene;
let second: CallScene;

beforeEach(async () => {
  const tabs = crypto.randomUUID();
  first = await CallScene.open({ locks, tabs });
  second = await CallScene.open({ locks, tabs });
});

afterEach(async () => {
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

describe("the tabs of one profile", () => {
  test("show the call that another holds, and can hang it up", async () => {
    await first.acceptIn();
    second.connection.deliver(changed("connected", { connectedForMs: 10 }));
    await second.phase("connected");
    expect(second.snapshot.current).toMatchObject({ callId, isInThisTab: false });
    second.calls.ring(carol, "audio");
    expect(second.snapshot.current?.with).toEqual(bob);
    second.calls.hangUp();
    await second.hears("hang-up");
    second.connection.deliver({ type: "call-ended", callId, reason: "hung-up" });
    await second.drawn((all) => all.current === null);
    expect(second.world.media.peers).toEqual([]);
    first.connection.deliver({ type: "call-ended", callId, reason: "cancelled" });
    await first.phase("ended");
    expect(first.snapshot.current?.endReason).toBe("hung-up");
  });

  test("leave a call alone that another holds, when they are welcomed", async () => {
    await first.acceptIn();
    second.connection.calls = [view({ state: "connected", isThisDevice: true })];
    second.connection.welcome();
    await second.phase("connected");
    expect(second.said("hang-up")).toEqual([]);
  });

  test("have one call at a time", async () => {
    await first.acceptIn();
    second.calls.ring(carol, "audio");
    await second.phase("ended");
    expect(second.snapshot.current?.endReason).toBe("already-in-call");
    expect(second.said("invite")).toEqual([]);
  });

  test("ignore what is said to the call of another", async () => {
    await first.acceptIn();
    second.connection.deliver(answered(theirOffer));
    second.connection.deliver(offered(theirOffer));
    await second.ringIn();
    expect(second.world.media.peers).toEqual([]);
  });

  test("show that another rings somebody, until it does not any more", async () => {
    await first.ringOut();
    await second.phase("ringing");
    expect(second.snapshot.current).toMatchObject({ callId, isInThisTab: false, with: bob });
    first.calls.cancel();
    await second.drawn((all) => all.current === null);
  });

  test("can cancel what another rings", async () => {
    await first.ringOut();
    await second.phase("ringing");
    second.calls.cancel();
    await second.hears("cancel");
    expect(second.said("cancel")).toEqual([{ type: "cancel", callId }]);
  });

  test("offer to return to the call of one that was closed, where they are looked at", async () => {
    await first.acceptIn();
    second.connection.deliver(changed("connected"));
    await second.phase("connected");
    const left = view({ state: "reconnecting", isThisDevice: true, ringRemainingMs: 0 });
    second.connection.calls = [left];
    second.connection.own = place();
    second.world.page.isSeen = false;
    // While its tab is there it may come back by itself.
    second.connection.deliver({ type: "call-changed", call: left });
    await second.phase("reconnecting");
    first.world.page.happen("leaving");
    await first.phase("ended");
    second.connection.deliver({ type: "call-changed", call: left });
    await second.phase("reconnecting");
    expect(second.said("page-returned")).toEqual([]);
    second.world.page.isSeen = true;
    second.connection.deliver({ type: "call-changed", call: left });
    await second.hears("page-returned");
    expect(second.snapshot).toMatchObject({ current: null, returnable: { callId } });
    expect(second.world.media.devices).toEqual([]);
  });

  test("take a second call in any of them, which ends that of the other", async () => {
    await first.acceptIn();
    second.connection.deliver(changed("connected"));
    const ring = view({ callId: otherId, with: carol });
    for (const tab of [first, second]) tab.connection.deliver({ type: "ring", call: ring });
    await second.incoming(1);
    expect(second.snapshot.incoming).toMatchObject([{ acceptEnds: "call" }]);
    second.calls.accept(otherId, { camera: false });
    await second.hears("accept");
    expect(second.said("accept")).toEqual([
      { type: "accept", callId: otherId, ends: callId, answer: null },
    ]);
    const call = { ...ring, state: "connecting", isThisDevice: true } as const;
    for (const tab of [first, second]) {
      tab.connection.deliver({ type: "call-ended", callId, reason: "cancelled" });
      tab.connection.deliver(accepted({ call }));
    }
    await second.hears("answer");
    await first.current((shown) => shown.callId === otherId);
    expect(second.snapshot.current).toMatchObject({ isInThisTab: true, callId: otherId });
    expect(first.snapshot.current).toMatchObject({ isInThisTab: false, phase: "connecting" });
    expect(first.world.media.devices).toHaveLength(1);
  });

  test("answer a ring once, also when two of them are tapped at the same moment", async () => {
    await first.ringIn();
    await second.ringIn();
    first.calls.accept(callId, { camera: false });
    second.calls.accept(callId, { camera: false });
    await first.hears("accept");
    for (const tab of [first, second]) tab.connection.deliver(accepted());
    await first.hears("answer");
    await second.current((shown) => !shown.isInThisTab);
    expect(second.said("accept")).toEqual([]);
    expect(second.world.media.devices).toEqual([]);
  });

  test("answer a second ring once, also when two of them are tapped at the same moment", async () => {
    await first.acceptIn();
    second.connection.deliver(changed("connected"));
    const ring = view({ callId: otherId, with: carol });
    for (const tab of [first, second]) {
      tab.connection.deliver({ type: "ring", call: ring });
      await tab.incoming(1);
      tab.calls.accept(otherId, { camera: false });
    }
    await first.hears("accept", 2);
    const call = { ...ring, state: "connecting", isThisDevice: true } as const;
    for (const tab of [first, second]) tab.connection.deliver(accepted({ call }));
    await first.hears("answer", 2);
    await second.current((shown) => shown.callId === otherId && !shown.isInThisTab);
    expect(second.said("accept")).toEqual([]);
    expect(second.world.media.devices).toEqual([]);
  });

  test("make one soft tone for a ring that waits behind the call of one of them", async () => {
    for (const tab of [first, second]) tab.calls.allowSound();
    await first.acceptIn();
    second.connection.deliver(changed("connected"));
    await second.phase("connected");
    const tones = () =>
      [first, second].flatMap(({ world }) =>
        world.media.sound.played.filter((tone) => tone !== "ring"),
      );
    const ring = view({ callId: otherId, with: carol });
    for (const tab of [first, second]) {
      tab.connection.deliver({ type: "ring", call: ring });
      await tab.incoming(1);
    }
    const isHeard = () => tones().length > 0;
    await Promise.race([first.drawn(isHeard), second.drawn(isHeard)]);
    expect(tones()).toEqual(["waiting"]);
  });

  test("ring aloud in one of them, and in the next when that one is closed", async () => {
    for (const tab of [first, second]) tab.calls.allowSound();
    await first.ringIn();
    await first.drawn((all) => all.incoming[0]?.ringsInThisTab === true);
    await second.ringIn();
    expect(second.world.media.sound.playing.size).toBe(0);
    first.world.client.close();
    await second.drawn((all) => all.incoming[0]?.ringsInThisTab === true);
    expect(first.world.media.sound.playing.size).toBe(0);
    expect([...second.world.media.sound.playing]).toEqual(["ring"]);
  });
});
