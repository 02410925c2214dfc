import { limits } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { aCandidate, outcomeOf, runTo } from "./test/call-run.ts";
import { aliceLaptop, alicePhone, bobLaptop, bobPhone, malloryPhone } from "./test/people.ts";

describe("a connected call", () => {
  test("goes on for as long as the two like", () => {
    const run = runTo("connected");
    run.wait(24 * 60 * 60 * 1_000);
    expect(run.call.state).toBe("connected");
  });

  test("ends when either hangs up, and both remember the same length", () => {
    const run = runTo("connected");
    run.wait(90_000);
    run.say(bobPhone, "hang-up");
    expect(run.toldTo(alicePhone).at(-1)).toBe("hung-up");
    expect(run.toldTo(bobPhone).at(-1)).toBe("cancelled");
    expect(run.records).toBe("answered 90000 / answered 90000");
  });

  test("is not ended by another device of either account", () => {
    const run = runTo("connected");
    expect(outcomeOf(run.say(aliceLaptop, "hang-up"))).toBe("wrong-role");
    expect(outcomeOf(run.say(bobLaptop, "hang-up"))).toBe("wrong-role");
  });

  test("outlives the rules that let it ring", () => {
    const run = runTo("connected");
    expect(outcomeOf(run.tell({ type: "revoked" }))).toBe("ignored");
  });

  test.each([
    ["caller", alicePhone, bobPhone],
    ["callee", bobPhone, alicePhone],
  ])("ends by a block of the %s, whom the other sees hang up", (_side, blocker, blocked) => {
    const run = runTo("connected");
    run.wait(1_000);
    run.tell({ type: "blocked", by: blocker.accountId });
    expect(run.toldTo(blocked).at(-1)).toBe("hung-up");
    expect(run.toldTo(blocker).at(-1)).toBe("cancelled");
    expect(run.records).toBe("answered 1000 / answered 1000");
  });

  test("has nothing to do with somebody else's block", () => {
    const run = runTo("connected");
    const event = { type: "blocked", by: malloryPhone.accountId } as const;
    expect(outcomeOf(run.tell(event))).toBe("ignored");
  });

  test("has no negative length when the clock was set back", () => {
    const run = runTo("connected");
    run.now -= 60_000;
    run.say(alicePhone, "hang-up");
    expect(run.records).toBe("answered 0 / answered 0");
  });

  test("ends at the relay exactly when it ends", () => {
    const run = runTo("connected");
    const { effects } = run.say(alicePhone, "hang-up");
    expect(effects.at(-1)).toEqual({ type: "relay-end" });
  });
});

describe("a call that lost its media", () => {
  test("is connected again when the side that lost it reports it, and keeps its length", () => {
    const run = runTo("connected");
    run.wait(10_000);
    run.say(alicePhone, "media-lost");
    expect(run.toldTo(bobPhone).at(-1)).toBe("call-changed");
    run.wait(5_000);
    run.say(alicePhone, "media-connected");
    expect(run.call.state).toBe("connected");
    run.wait(10_000);
    run.say(alicePhone, "hang-up");
    expect(run.records).toBe("answered 25000 / answered 25000");
  });

  test("is not connected by the side that never lost it", () => {
    const run = runTo("reconnecting");
    expect(outcomeOf(run.say(bobPhone, "media-connected"))).toBe("wrong-state");
    expect(run.call.state).toBe("reconnecting");
  });

  test("waits for both sides when both lost it", () => {
    const run = runTo("reconnecting");
    run.say(bobPhone, "media-lost");
    run.say(alicePhone, "media-connected");
    expect(run.call.state).toBe("reconnecting");
    run.say(bobPhone, "media-connected");
    expect(run.call.state).toBe("connected");
  });

  test("is lost 60 s after the first loss, and the silence is no part of its length", () => {
    const run = runTo("connected");
    run.wait(10_000);
    run.say(alicePhone, "media-lost");
    run.wait(30_000);
    run.say(bobPhone, "media-lost");
    run.wait(limits.lostTimeoutMs - 30_000);
    expect(run.toldTo(alicePhone).at(-1)).toBe("lost");
    expect(run.toldTo(bobPhone).at(-1)).toBe("lost");
    expect(run.records).toBe("answered 10000 / answered 10000");
  });

  test("gets a new wait with each loss", () => {
    const run = runTo("reconnecting");
    run.wait(limits.lostTimeoutMs - 1);
    run.say(alicePhone, "media-connected");
    run.say(alicePhone, "media-lost");
    run.wait(limits.lostTimeoutMs - 1);
    expect(run.call.state).toBe("reconnecting");
  });

  test("can be hung up by either side, and ends by a block", () => {
    for (const device of [alicePhone, bobPhone]) {
      const run = runTo("reconnecting");
      run.say(device, "hang-up");
      expect(run.call.state).toBe("ended");
    }
    const run = runTo("reconnecting");
    run.tell({ type: "blocked", by: alicePhone.accountId });
    expect(run.toldTo(bobPhone).at(-1)).toBe("hung-up");
  });

  test("still passes candidates on", () => {
    const run = runTo("reconnecting");
    run.say(alicePhone, aCandidate(7));
    expect(run.toldTo(bobPhone).at(-1)).toBe("candidate:7");
  });
});
