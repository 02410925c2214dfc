import { limits } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { aCandidate, offerOf, outcomeOf, runTo } from "./test/call-run.ts";
import { aliceLaptop, alicePhone, bobLaptop, bobPhone } from "./test/people.ts";
import { signedAs } from "./test/signed.ts";

describe("a page that leaves", () => {
  test("a call that connects hangs it up, and a ring that it made it cancels", () => {
    const connecting = runTo("connecting");
    connecting.say(alicePhone, "page-left");
    expect(connecting.toldTo(bobPhone).at(-1)).toBe("hung-up");
    const ringing = runTo("ringing");
    ringing.say(alicePhone, "page-left");
    expect(ringing.records).toBe("cancelled 0 / missed 0");
  });

  test("a ring that it only hears ends nothing", () => {
    const run = runTo("ringing");
    expect(outcomeOf(run.say(bobPhone, "page-left"))).toBe("wrong-state");
  });

  test.each([
    ["caller", alicePhone, bobPhone],
    ["callee", bobPhone, alicePhone],
  ])("a connected call as its %s is missed at once, and waited for 5 s", (_, gone, other) => {
    const run = runTo("connected");
    run.wait(10_000);
    run.say(gone, "page-left");
    expect(run.call.state).toBe("reconnecting");
    expect(run.toldTo(other).at(-1)).toBe("call-changed");
    run.wait(limits.pageReturnMs - 1);
    expect(run.call.state).toBe("reconnecting");
    run.wait(1);
    expect(run.toldTo(other).at(-1)).toBe("hung-up");
    expect(run.toldTo(gone).at(-1)).toBe("cancelled");
    expect(run.records).toBe("answered 10000 / answered 10000");
  });

  test("is not waited for beyond the minute of a loss before", () => {
    const run = runTo("reconnecting");
    run.wait(limits.lostTimeoutMs - 1_000);
    run.say(bobPhone, "page-left");
    run.wait(1_000);
    expect(run.toldTo(alicePhone).at(-1)).toBe("lost");
  });

  test("twice has left once", () => {
    const run = runTo("connected");
    run.say(bobPhone, "page-left");
    run.wait(limits.pageReturnMs - 1);
    expect(outcomeOf(run.say(bobPhone, "page-left"))).toBe("ignored");
    run.wait(1);
    expect(run.call.state).toBe("ended");
  });

  test("is none of another device of the account", () => {
    const run = runTo("connected");
    expect(outcomeOf(run.say(aliceLaptop, "page-left"))).toBe("wrong-role");
    expect(outcomeOf(run.say(bobLaptop, "page-returned"))).toBe("wrong-role");
  });

  test("on both sides ends the call when the first of them is not back", () => {
    const run = runTo("connected");
    run.say(alicePhone, "page-left");
    run.wait(2_000);
    run.say(bobPhone, "page-left");
    run.say(alicePhone, "page-returned");
    run.wait(limits.pageReturnMs - 1);
    expect(run.call.state).toBe("reconnecting");
    run.wait(1);
    expect(run.toldTo(alicePhone).at(-1)).toBe("hung-up");
  });
});

describe("a page that returns", () => {
  test("has as long as any loss, counted from when the one before left", () => {
    const run = runTo("connected");
    run.say(bobPhone, "page-left");
    run.wait(2_000);
    run.say(bobPhone, "page-returned");
    run.wait(limits.lostTimeoutMs - 2_001);
    expect(run.call.state).toBe("reconnecting");
    run.wait(1);
    expect(run.toldTo(alicePhone).at(-1)).toBe("lost");
  });

  test("is connected again by a round of its own, and the call keeps its length", () => {
    const run = runTo("connected");
    run.wait(1_000);
    run.say(alicePhone, "page-left");
    run.say(alicePhone, "page-returned");
    run.say(alicePhone, offerOf(1, true, "from the new page"));
    run.say(bobPhone, { type: "answer", round: 1, signed: signedAs("to the new page") });
    run.say(bobPhone, "media-lost");
    run.say(alicePhone, "media-connected");
    run.say(bobPhone, "media-connected");
    expect(run.call.state).toBe("connected");
    run.wait(1_000);
    run.say(alicePhone, "hang-up");
    expect(run.records).toBe("answered 2000 / answered 2000");
  });

  test("after a crash, of which nobody heard, says itself that media is gone", () => {
    const run = runTo("connected");
    run.say(bobPhone, "page-returned");
    expect(run.call).toMatchObject({ state: "reconnecting", hasMedia: { callee: false } });
    expect(run.toldTo(alicePhone).at(-1)).toBe("call-changed");
  });

  test("is not taken for gone when the word of the one before comes late", () => {
    const run = runTo("connected");
    run.say(bobPhone, "page-returned");
    run.wait(1_000);
    expect(outcomeOf(run.say(bobPhone, "page-left"))).toBe("ignored");
    run.wait(limits.pageReturnMs);
    expect(run.call.state).toBe("reconnecting");
    expect(outcomeOf(run.say(bobPhone, "page-left"))).toBe("moved");
  });

  test("shows itself by its media too", () => {
    const run = runTo("connected");
    run.say(alicePhone, "media-lost");
    run.say(bobPhone, "page-left");
    run.say(bobPhone, "media-connected");
    run.wait(limits.pageReturnMs);
    expect(run.call.state).toBe("reconnecting");
  });

  test("does not take a candidate of the page before for its own", () => {
    const run = runTo("connected");
    run.say(alicePhone, "page-returned");
    run.say(alicePhone, offerOf(1, true, "from the new page"));
    expect(outcomeOf(run.say(alicePhone, aCandidate(1, 0)))).toBe("ignored");
  });
});
