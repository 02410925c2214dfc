import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CallScene, callId, changed, offered, view } from "../../test/test-calls.ts";
import { bob, carol } from "../../test/test-client.ts";

/** Two tabs share what a profile shares: its Web Locks, which Node has as browsers do. */
const { locks } = navigator;
let first: CallScene;
let second: CallScene;

beforeEach(async () => {
  first = await CallScene.open({ locks });
  second = await CallScene.open({ locks });
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
    second.connection.deliver({ type: "answer", callId, round: 0, description: "an answer" });
    second.connection.deliver(offered("an offer"));
    await second.ringIn();
    expect(second.world.media.peers).toEqual([]);
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
