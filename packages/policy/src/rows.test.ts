import { describe, expect, test } from "vitest";
import { decide, type Facts, type GrantFact } from "./index.ts";
import { acquaintances, alice, aliceRingsBob, answerTo, dayMs, friends } from "./test/people.ts";
import { hourMs, minuteMs, now } from "./test/people.ts";

/** Each line: what is so, what of the facts that changes, and what the table answers. */
type Line = readonly [what: string, facts: Partial<Facts>, answer: string];

function holds(lines: readonly Line[], otherwise: Facts = acquaintances) {
  test.each(lines)("%s", (_what, change, answer) => {
    expect(answerTo({ ...otherwise, ...change })).toBe(answer);
  });
}

const always: GrantFact = {
  kind: "always",
  givenAt: now - 2 * dayMs,
  until: null,
  mayBreakThrough: false,
  pausedUntil: null,
};
const breaking: GrantFact = { ...always, mayBreakThrough: true };
const threeUnanswered = [now - minuteMs, now - hourMs, now - 5 * hourMs];
const everythingSpeaksForIt: Partial<Facts> = {
  calleeRangAt: now - minuteMs,
  calleeAskedAt: now - minuteMs,
  grant: breaking,
  audiences: ["everyone"],
  letsAsk: true,
};

describe("row 1: nobody rings across a block, a suspension, or themselves", () => {
  holds(
    [
      ["the callee blocked the caller", { calleeBlocked: true }, "1 no: you-blocked"],
      ["the caller blocked the callee", { callerBlocked: true }, "1 no: they-blocked"],
      ["either account is suspended or gone", { eitherSuspended: true }, "1 no: suspended"],
    ],
    { ...friends, ...everythingSpeaksForIt },
  );

  test("one's own account", () => {
    const decision = decide({ ...aliceRingsBob, callee: alice }, friends, now);
    expect(decision).toEqual({ allow: "no", row: 1, reason: "same-person" });
  });
});

describe("row 2: the callee said never", () => {
  holds([["to the caller", { calleeSetNever: true }, "2 no: you-said-never"]], {
    ...friends,
    ...everythingSpeaksForIt,
  });
});

describe("row 3: each of the two has entered their conversation", () => {
  holds(
    [
      ["but the callee", { calleeEntered: false }, "3 no: you-did-not-enter"],
      ["but the caller", { callerEntered: false }, "3 no: they-did-not-enter"],
      ["neither", { callerEntered: false, calleeEntered: false }, "3 no: you-did-not-enter"],
    ],
    { ...friends, ...everythingSpeaksForIt },
  );
});

describe("row 4: whoever rang or asked within a day may be rung back", () => {
  const calledOff = { ...acquaintances, calling: "off" as const };
  holds(
    [
      ["they rang", { calleeRangAt: now - dayMs + 1 }, "4 ring: you-rang"],
      ["they asked", { calleeAskedAt: now - dayMs + 1 }, "4 ring: you-asked"],
      [
        "they asked, and rang after it",
        { calleeAskedAt: now - hourMs, calleeRangAt: now - minuteMs },
        "4 ring: you-rang",
      ],
      ["they rang a day ago", { calleeRangAt: now - dayMs }, "5 no: calling-off"],
      [
        "they asked a day ago and have their answer",
        { calleeAskedAt: now - dayMs },
        "5 no: calling-off",
      ],
      [
        "they asked days ago, and it still shows",
        { calleeAskedAt: now - 7 * dayMs + 1, calleeAsksSince: now - 7 * dayMs + 1 },
        "4 ring: you-asked",
      ],
      [
        "they asked a week ago",
        { calleeAskedAt: now - 7 * dayMs, calleeAsksSince: now - 7 * dayMs },
        "5 no: calling-off",
      ],
      [
        "they asked days ago, and took the right back",
        { calleeAsksSince: now - 2 * dayMs, callBackRevokedAt: now - dayMs },
        "5 no: calling-off",
      ],
      [
        "a call was answered since",
        { calleeRangAt: now - hourMs, answeredAt: now - minuteMs },
        "5 no: calling-off",
      ],
      [
        "the ring itself was answered",
        { calleeRangAt: now - hourMs, answeredAt: now - hourMs },
        "5 no: calling-off",
      ],
      [
        "a call was answered before",
        { calleeRangAt: now - minuteMs, answeredAt: now - hourMs },
        "4 ring: you-rang",
      ],
      [
        "they took it back",
        { calleeRangAt: now - hourMs, callBackRevokedAt: now - minuteMs },
        "5 no: calling-off",
      ],
      [
        "they took it back, and rang again",
        { calleeRangAt: now - minuteMs, callBackRevokedAt: now - hourMs },
        "4 ring: you-rang",
      ],
      [
        "they rang, and let nobody ring back",
        { calleeRangAt: now - minuteMs, letsCallBack: false },
        "5 no: calling-off",
      ],
      [
        "they asked: that is to be answered by a call, whatever else they chose",
        { calleeAskedAt: now - minuteMs, letsCallBack: false },
        "4 ring: you-asked",
      ],
      [
        "unanswered rings stand in no way of it",
        { calleeRangAt: now - minuteMs, unansweredRingsAt: threeUnanswered },
        "4 ring: you-rang",
      ],
    ],
    calledOff,
  );
});

describe("row 5: the callee's calling is off", () => {
  holds(
    [
      ["whatever audience holds the caller", { audiences: ["everyone"] }, "5 no: calling-off"],
      ["whatever grant there is", { grant: breaking }, "5 no: calling-off"],
      ["and nobody can ask", { letsAsk: true }, "5 no: calling-off"],
    ],
    { ...friends, calling: "off" },
  );
});

describe("row 6: after three unanswered rings within a day, one has to ask", () => {
  holds(
    [
      ["three", { unansweredRingsAt: threeUnanswered, letsAsk: true }, "9 ask: unanswered"],
      [
        "three, of one who lets nobody ask",
        { unansweredRingsAt: threeUnanswered },
        "10 no: unanswered",
      ],
      ["two", { unansweredRingsAt: threeUnanswered.slice(1) }, "8 ring: mutuals"],
      [
        "three, of which one was a day ago",
        { unansweredRingsAt: [now - minuteMs, now - hourMs, now - dayMs] },
        "8 ring: mutuals",
      ],
      [
        "of many it is the last three that count",
        { unansweredRingsAt: [...threeUnanswered, now - 3 * dayMs] },
        "10 no: unanswered",
      ],
      [
        "an ordinary grant does not pass",
        { grant: always, unansweredRingsAt: threeUnanswered },
        "10 no: unanswered",
      ],
      [
        "one that was given after them does",
        { grant: { ...always, givenAt: now }, unansweredRingsAt: threeUnanswered },
        "7 ring: grant-always",
      ],
      [
        "one that was given between them does: two went unanswered since",
        { grant: { ...always, givenAt: now - 2 * hourMs }, unansweredRingsAt: threeUnanswered },
        "7 ring: grant-always",
      ],
      [
        "one that may break through does",
        { grant: breaking, unansweredRingsAt: threeUnanswered },
        "7 ring: grant-always",
      ],
      [
        "one that may break through and has run out does not",
        { grant: { ...breaking, kind: "until", until: now }, unansweredRingsAt: threeUnanswered },
        "10 no: unanswered",
      ],
      [
        "of one who switched this off",
        { unansweredRingsAt: threeUnanswered, limitsUnanswered: false },
        "8 ring: mutuals",
      ],
    ],
    friends,
  );
});

describe("row 7: a grant", () => {
  const until = (time: number): GrantFact => ({ ...always, kind: "until", until: time });
  const once = (time: number): GrantFact => ({ ...always, kind: "once", until: time });
  holds([
    ["always", { grant: always }, "7 ring: grant-always"],
    ["until a time", { grant: until(now + 1) }, "7 ring: grant-until"],
    ["until now", { grant: until(now) }, "10 no: no-audience"],
    ["once", { grant: once(now + 1) }, "7 ring: grant-once"],
    ["once, and its time has passed", { grant: once(now) }, "10 no: no-audience"],
    ["of one who has not chosen yet", { grant: always, calling: "unset" }, "7 ring: grant-always"],
    ["paused", { grant: { ...always, pausedUntil: now + 1 } }, "10 no: grant-paused"],
    ["whose pause is over", { grant: { ...always, pausedUntil: now } }, "7 ring: grant-always"],
    [
      "that may break through is not paused",
      { grant: { ...breaking, pausedUntil: now + 1 } },
      "7 ring: grant-always",
    ],
    [
      "that is paused takes nothing from an audience",
      { grant: { ...always, pausedUntil: now + 1 }, audiences: ["everyone"] },
      "8 ring: everyone",
    ],
    [
      "is the reason before an audience",
      { grant: always, audiences: ["everyone"] },
      "7 ring: grant-always",
    ],
    ["does not fade", { grant: always, calleeActedAt: null }, "7 ring: grant-always"],
  ]);
});

describe("row 8: an audience holds the caller", () => {
  const each = { callerFollowsCallee: true, calleeFollowsCaller: true };
  holds([
    [
      "the address book",
      { audiences: ["address-book"], isInAddressBook: true },
      "8 ring: address-book",
    ],
    [
      "the address book, in which they are not",
      { audiences: ["address-book"] },
      "10 no: no-audience",
    ],
    ["mutuals", { audiences: ["mutuals"], ...each }, "8 ring: mutuals"],
    ["mutuals, but strangers", { audiences: ["mutuals"] }, "10 no: no-audience"],
    [
      "mutuals, but only the callee follows",
      { audiences: ["mutuals"], calleeFollowsCaller: true },
      "10 no: no-audience",
    ],
    [
      "mutuals, but only the caller follows",
      { audiences: ["mutuals"], callerFollowsCallee: true },
      "10 no: no-audience",
    ],
    [
      "people I follow",
      { audiences: ["people-i-follow"], calleeFollowsCaller: true },
      "8 ring: people-i-follow",
    ],
    [
      "people I follow, but only the caller follows",
      { audiences: ["people-i-follow"], callerFollowsCallee: true },
      "10 no: no-audience",
    ],
    ["vouched", { audiences: ["vouched"], isCallerVouched: true }, "8 ring: vouched"],
    ["vouched, but for others", { audiences: ["vouched"] }, "10 no: no-audience"],
    ["everyone", { audiences: ["everyone"] }, "8 ring: everyone"],
    ["none is chosen", { audiences: [], ...each }, "10 no: no-audience"],
    [
      "of several the callee reads the one that says most",
      { audiences: ["everyone", "people-i-follow", "mutuals"], ...each },
      "8 ring: mutuals",
    ],
    [
      "of one who has not chosen yet",
      { audiences: ["everyone"], calling: "unset" },
      "10 no: calling-unset",
    ],
  ]);

  describe("and fades where the callee did nothing towards the caller for 180 days", () => {
    holds(
      [
        ["but for a moment", { calleeActedAt: now - 180 * dayMs + 1 }, "8 ring: mutuals"],
        ["to the moment", { calleeActedAt: now - 180 * dayMs }, "10 no: faded"],
        ["or ever", { calleeActedAt: null }, "10 no: faded"],
        [
          "and everyone fades too",
          { audiences: ["everyone"], calleeActedAt: null },
          "10 no: faded",
        ],
        ["and then lets them ask", { calleeActedAt: null, letsAsk: true }, "9 ask: faded"],
        ["or for fewer days", { calleeActedAt: now - 8 * dayMs, fadingDays: 7 }, "10 no: faded"],
        [
          "but keeps them in the address book",
          { calleeActedAt: null, isInAddressBook: true },
          "8 ring: mutuals",
        ],
        ["but switched fading off", { calleeActedAt: null, fadingDays: null }, "8 ring: mutuals"],
      ],
      friends,
    );
  });
});

describe("row 9: the caller may ask", () => {
  holds(
    [
      ["who was in no audience", {}, "9 ask: no-audience"],
      ["somebody who has not chosen yet", { calling: "unset" }, "9 ask: calling-unset"],
      [
        "who asked a moment less than a day ago",
        { askedAt: [now - dayMs + 1] },
        "10 no: no-audience",
      ],
      ["who asked a day ago", { askedAt: [now - dayMs] }, "9 ask: no-audience"],
      [
        "who asked twice in a moment less than a week",
        { askedAt: [now - 2 * dayMs, now - 7 * dayMs + 1] },
        "10 no: no-audience",
      ],
      [
        "who asked twice, once of it a week ago",
        { askedAt: [now - 2 * dayMs, now - 7 * dayMs] },
        "9 ask: no-audience",
      ],
    ],
    { ...acquaintances, letsAsk: true },
  );
});

describe("row 10: otherwise not", () => {
  holds([
    ["who is in no audience", {}, "10 no: no-audience"],
    ["of one who has not chosen and lets nobody ask", { calling: "unset" }, "10 no: calling-unset"],
  ]);
});

test("of several rows that fit, the first one answers", () => {
  const worst: Facts = {
    ...friends,
    calleeBlocked: true,
    calleeSetNever: true,
    calleeEntered: false,
    calleeRangAt: now - minuteMs,
    calling: "off",
    unansweredRingsAt: threeUnanswered,
    grant: always,
    letsAsk: true,
  };
  const betterByOne: readonly Partial<Facts>[] = [
    {},
    { calleeBlocked: false },
    { calleeSetNever: false },
    { calleeEntered: true },
    { calleeRangAt: null },
    { calling: "on" },
    { unansweredRingsAt: [] },
    { grant: null },
    { audiences: [] },
    { letsAsk: false },
  ];
  const answered: number[] = [];
  betterByOne.reduce<Facts>((facts, better) => {
    const next = { ...facts, ...better };
    answered.push(Number.parseInt(answerTo(next), 10));
    return next;
  }, worst);
  // Row 6 answers in the words of row 9, and that it did the reason of row 9 says.
  expect(answered).toEqual([1, 2, 3, 4, 5, 9, 7, 8, 9, 10]);
});
