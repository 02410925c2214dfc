import { limits } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { buttonFor, decide, isCallerOverLimit, isPermitLive, refusedReasonOf } from "./index.ts";
import type { Facts, GrantFact, Permit } from "./index.ts";
import { acquaintances, alice, aliceRingsBob, bob, dayMs, friends, now } from "./test/people.ts";
import { minuteMs, permitOf } from "./test/people.ts";

const decideFor = (change: Partial<Facts>) => decide(aliceRingsBob, { ...friends, ...change }, now);

describe("a permit", () => {
  test("names who may ring whom, how and why", () => {
    const permit = permitOf(decide({ ...aliceRingsBob, kind: "video" }, friends, now));
    expect(permit).toMatchObject({ row: 8, reason: "mutuals", kind: "video" });
    expect(permit).toMatchObject({ caller: alice, callee: bob });
  });

  test("is worth nothing from the moment that it expires", () => {
    const permit = permitOf(decide(aliceRingsBob, friends, now));
    expect(permit.expiresAt).toBe(now + limits.permitExpiryMs);
    expect(isPermitLive(permit, permit.expiresAt - 1)).toBe(true);
    expect(isPermitLive(permit, permit.expiresAt)).toBe(false);
  });

  const grant: GrantFact = {
    kind: "until",
    givenAt: now,
    until: now + 7,
    mayBreakThrough: false,
    pausedUntil: null,
  };
  test.each<[string, Partial<Facts>]>([
    ["a grant until a time", { grant }],
    ["a grant for once", { grant: { ...grant, kind: "once" } }],
    ["the right to ring back", { calleeRangAt: now - dayMs + 7 }],
    ["an audience that fades", { calleeActedAt: now - 180 * dayMs + 7 }],
  ])("by %s ends with it", (_cause, change) => {
    const permit = permitOf(decideFor(change));
    expect([permit.until, permit.expiresAt]).toEqual([now + 7, now + 7]);
  });

  test("cannot be written by hand, by type", () => {
    type Lookalike = Pick<Permit, keyof Permit>;
    // Every public field does not make a permit: the compiler would refuse `false` if it did.
    const isPermit: Lookalike extends Permit ? true : false = false;
    expect(isPermit).toBe(false);
  });
});

describe("what delivery must know", () => {
  const breaking: GrantFact = {
    kind: "always",
    givenAt: now,
    until: null,
    mayBreakThrough: true,
    pausedUntil: null,
  };
  const rungOften = { ringsWithoutGrantCount: limits.ringsWithoutGrantMax };
  test.each<[string, Partial<Facts>, { mayBreakThrough: boolean; mustBeQuiet: boolean }]>([
    ["an audience", {}, { mayBreakThrough: false, mustBeQuiet: false }],
    [
      "a grant that may break through",
      { grant: breaking },
      { mayBreakThrough: true, mustBeQuiet: false },
    ],
    [
      "such a grant of somebody who may ring back anyway",
      { grant: breaking, calleeRangAt: now - minuteMs },
      { mayBreakThrough: true, mustBeQuiet: false },
    ],
    [
      "such a grant that has run out",
      { grant: { ...breaking, kind: "until", until: now } },
      { mayBreakThrough: false, mustBeQuiet: false },
    ],
    [
      "an audience, to one who was rung five times this hour",
      { ringsWithoutGrantCount: limits.ringsWithoutGrantMax - 1 },
      { mayBreakThrough: false, mustBeQuiet: false },
    ],
    [
      "an audience, to one who was rung six times this hour",
      rungOften,
      { mayBreakThrough: false, mustBeQuiet: true },
    ],
    [
      "a grant, to one who was rung six times this hour",
      { ...rungOften, grant: { ...breaking, mayBreakThrough: false } },
      { mayBreakThrough: false, mustBeQuiet: false },
    ],
    [
      "the right to ring back, to one who was rung six times this hour",
      { ...rungOften, calleeRangAt: now - minuteMs },
      { mayBreakThrough: false, mustBeQuiet: false },
    ],
  ])("%s", (_cause, change, expected) => {
    expect(permitOf(decideFor(change))).toMatchObject(expected);
  });
});

test("a caller who rang twenty other people this hour is over the limit", () => {
  expect(isCallerOverLimit({ othersRungCount: 19 })).toBe(false);
  expect(isCallerOverLimit({ othersRungCount: 20 })).toBe(true);
});

describe("the button in a conversation", () => {
  const asking = decide(aliceRingsBob, { ...acquaintances, letsAsk: true }, now);
  const refused = decide(aliceRingsBob, { ...acquaintances, calleeBlocked: true }, now);

  test("is the decision, and says nothing of a cause", () => {
    expect(buttonFor(decide(aliceRingsBob, friends, now), false)).toBe("call");
    expect(buttonFor(asking, false)).toBe("ask");
    for (const cause of [{ calleeBlocked: true }, { calling: "off" as const }, { audiences: [] }]) {
      expect(buttonFor(decideFor(cause), false)).toBe("none");
    }
  });

  test("is the same for all while an ask shows, but for a right to ring", () => {
    expect(buttonFor(asking, true)).toBe(buttonFor(refused, true));
    expect(buttonFor(decide(aliceRingsBob, friends, now), true)).toBe("call");
  });
});

describe("what the callee reads of an attempt", () => {
  test.each<[string, Partial<Facts>, string | null]>([
    ["that was allowed", {}, null],
    ["across the callee's block", { calleeBlocked: true }, "you-blocked"],
    ["across the caller's own block", { callerBlocked: true }, null],
    ["of a suspended account", { eitherSuspended: true }, null],
    ["of a stranger", { calleeEntered: false }, "you-did-not-enter"],
    ["of somebody who may ask", { audiences: [], letsAsk: true }, "no-audience"],
    ["of somebody who faded", { calleeActedAt: null }, "faded"],
  ])("%s", (_attempt, change, reason) => {
    expect(refusedReasonOf(decideFor(change))).toBe(reason);
  });
});
