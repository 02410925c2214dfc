import { AccountId, Audience, limits, makeId, RingReason } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { buttonFor, decide, isPermitLive } from "./index.ts";
import type { Decision, Facts, Invite, Permit } from "./index.ts";

const now = 1_750_000_000_000;
const alice = accountOf(1);
const bob = accountOf(2);
const aliceRingsBob: Invite = { caller: alice, callee: bob, kind: "audio" };

/** Everything speaks for a ring; each line of the table says what it changes. */
const friends: Facts = {
  eitherBlocked: false,
  eitherSuspended: false,
  calleeSetNever: false,
  callerEntered: true,
  calleeEntered: true,
  calling: "on",
  audiences: ["mutuals"],
  callerFollowsCallee: true,
  calleeFollowsCaller: true,
};
const strangers = { callerFollowsCallee: false, calleeFollowsCaller: false };
const onlyCalleeFollows = { callerFollowsCallee: false, calleeFollowsCaller: true };
const onlyCallerFollows = { callerFollowsCallee: true, calleeFollowsCaller: false };

const seed = Number(process.env["POLICY_SEED"] ?? 20_261_121);

describe("the table of who may ring whom", () => {
  const table: readonly (readonly [row: number, fact: string, Partial<Facts>, answer: string])[] = [
    [1, "either has blocked the other", { eitherBlocked: true }, "no: blocked"],
    [1, "either account is suspended", { eitherSuspended: true }, "no: suspended"],
    [2, "the callee set never", { calleeSetNever: true }, "no: never"],
    [3, "only the caller entered", { calleeEntered: false }, "no: not-entered"],
    [3, "only the callee entered", { callerEntered: false }, "no: not-entered"],
    [5, "the callee's calling is off", { calling: "off" }, "no: calling-off"],
    [5, "the callee has not chosen yet", { calling: "unset" }, "no: calling-off"],
    [8, "mutuals, who follow each other", { audiences: ["mutuals"] }, "ring: mutuals"],
    [8, "people I follow", { audiences: ["people-i-follow"] }, "ring: people-i-follow"],
    [
      8,
      "people I follow, without being followed",
      { audiences: ["people-i-follow"], ...onlyCalleeFollows },
      "ring: people-i-follow",
    ],
    [8, "everyone, to strangers", { audiences: ["everyone"], ...strangers }, "ring: everyone"],
    [8, "several audiences", { audiences: ["everyone", "mutuals"] }, "ring: mutuals"],
    [
      8,
      "several audiences, of which one holds the caller",
      { audiences: ["mutuals", "people-i-follow", "everyone"], ...onlyCallerFollows },
      "ring: everyone",
    ],
    [10, "no audience", { audiences: [] }, "no: no-audience"],
    [10, "mutuals, but strangers", strangers, "no: no-audience"],
    [10, "mutuals, but only the callee follows", onlyCalleeFollows, "no: no-audience"],
    [10, "mutuals, but only the caller follows", onlyCallerFollows, "no: no-audience"],
    [
      10,
      "people I follow, but only the caller follows",
      { audiences: ["people-i-follow"], ...onlyCallerFollows },
      "no: no-audience",
    ],
  ];

  test.each(table)("row %i: %s", (row, _fact, change, answer) => {
    const decision = decide(aliceRingsBob, { ...friends, ...change }, now);
    expect(`${rowOf(decision)} ${answerOf(decision)}`).toBe(`${row} ${answer}`);
  });

  test("row 1: nobody rings themselves", () => {
    const decision = decide({ ...aliceRingsBob, callee: alice }, friends, now);
    expect(decision).toEqual({ allow: "no", row: 1, reason: "same-person" });
  });

  test("of several rows that fit, the first one answers", () => {
    const worst: Facts = {
      ...friends,
      eitherBlocked: true,
      calleeSetNever: true,
      calleeEntered: false,
      calling: "off",
      audiences: [],
    };
    const order = [
      worst,
      { ...worst, eitherBlocked: false },
      { ...worst, eitherBlocked: false, calleeSetNever: false },
      { ...friends, calling: "off", audiences: [] } satisfies Facts,
      { ...friends, audiences: [] } satisfies Facts,
      friends,
    ];
    const answered = order.map((facts) => rowOf(decide(aliceRingsBob, facts, now)));
    expect(answered).toEqual([1, 2, 3, 5, 10, 8]);
  });
});

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

  test("cannot be written by hand, by type", () => {
    type Lookalike = Pick<Permit, keyof Permit>;
    // Every public field does not make a permit: the compiler would refuse `false` if it did.
    const isPermit: Lookalike extends Permit ? true : false = false;
    expect(isPermit).toBe(false);
  });
});

describe("the button in a conversation", () => {
  test("is the decision, and says nothing of a cause", () => {
    expect(buttonFor(decide(aliceRingsBob, friends, now))).toBe("call");
    expect(buttonFor({ allow: "ask", row: 9 })).toBe("ask");
    for (const cause of [{ eitherBlocked: true }, { calling: "off" as const }, strangers]) {
      expect(buttonFor(decide(aliceRingsBob, { ...friends, ...cause }, now))).toBe("none");
    }
  });
});

describe(`whatever the facts (POLICY_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  const samples = Array.from({ length: 2_000 }, () => randomFacts(random));

  /** The first sample that breaks a law; undefined is what each law below promises. */
  function counterexample(law: (facts: Facts) => boolean): Facts | undefined {
    return samples.find((facts) => !law(facts));
  }
  const ringsDespite = (change: Partial<Facts>) =>
    counterexample((facts) => !mayRing({ ...facts, ...change }));
  const ringsEndedBy = (change: (facts: Facts) => Facts) =>
    counterexample((facts) => !mayRing(facts) || mayRing(change(facts)));

  test("the samples hold both rings and refusals", () => {
    expect(samples.some(mayRing)).toBe(true);
    expect(samples.every(mayRing)).toBe(false);
  });

  test("no row below a block can allow", () => {
    expect(ringsDespite({ eitherBlocked: true })).toBeUndefined();
    expect(ringsDespite({ eitherSuspended: true })).toBeUndefined();
  });

  test("never means never", () => {
    expect(ringsDespite({ calleeSetNever: true })).toBeUndefined();
  });

  test("switching calling off never allows", () => {
    expect(ringsDespite({ calling: "off" })).toBeUndefined();
    expect(ringsDespite({ calling: "unset" })).toBeUndefined();
  });

  test("nobody rings before both have entered their conversation", () => {
    expect(ringsDespite({ callerEntered: false })).toBeUndefined();
    expect(ringsDespite({ calleeEntered: false })).toBeUndefined();
  });

  test("audiences only add", () => {
    for (const audience of Audience.options) {
      const more = (facts: Facts) => ({ ...facts, audiences: [...facts.audiences, audience] });
      expect(ringsEndedBy(more)).toBeUndefined();
    }
  });

  test("a follow only adds", () => {
    expect(ringsEndedBy((facts) => ({ ...facts, callerFollowsCallee: true }))).toBeUndefined();
    expect(ringsEndedBy((facts) => ({ ...facts, calleeFollowsCaller: true }))).toBeUndefined();
  });

  test("a permit's cause is an audience that the callee chose and that holds the caller", () => {
    const broken = counterexample((facts) => {
      const decision = decide(aliceRingsBob, facts, now);
      if (decision.allow !== "ring") return true;
      const { reason } = decision.permit;
      const alone = { ...facts, audiences: [reason] };
      return facts.audiences.includes(reason) && mayRing(alone);
    });
    expect(broken).toBeUndefined();
  });

  test("a permit never outlives its cause by more than its expiry", () => {
    const broken = counterexample((facts) => {
      const decision = decide(aliceRingsBob, facts, now);
      if (decision.allow !== "ring") return true;
      const { reason } = decision.permit;
      const audiences = facts.audiences.filter((audience) => audience !== reason);
      const again = decide(aliceRingsBob, { ...facts, audiences }, now);
      const hasSameCause = again.allow === "ring" && again.permit.reason === reason;
      return !hasSameCause && !isPermitLive(decision.permit, now + limits.permitExpiryMs);
    });
    expect(broken).toBeUndefined();
  });

  test("the decision's reason is one of the table", () => {
    const reasons = new Set(["blocked", "suspended", "never"]);
    for (const reason of ["not-entered", "calling-off", "no-audience"]) reasons.add(reason);
    const broken = counterexample((facts) => {
      const decision = decide(aliceRingsBob, facts, now);
      if (decision.allow === "ring") return RingReason.options.includes(decision.permit.reason);
      return decision.allow === "no" && reasons.has(decision.reason);
    });
    expect(broken).toBeUndefined();
  });
});

function rowOf(decision: Decision): number {
  return decision.allow === "ring" ? decision.permit.row : decision.row;
}

function answerOf(decision: Decision): string {
  if (decision.allow === "ring") return `ring: ${decision.permit.reason}`;
  return decision.allow === "no" ? `no: ${decision.reason}` : "ask";
}

function mayRing(facts: Facts): boolean {
  return decide(aliceRingsBob, facts, now).allow === "ring";
}

function permitOf(decision: Decision): Permit {
  if (decision.allow !== "ring") throw new Error(`not allowed: ${answerOf(decision)}`);
  return decision.permit;
}

function accountOf(number: number): AccountId {
  return AccountId.parse(makeId(number, new Uint8Array(10)));
}

function randomFacts(random: () => number): Facts {
  const isTrue = () => random() < 0.5;
  return {
    // Rarely, or else almost nothing would get as far as the later rows.
    eitherBlocked: random() < 0.1,
    eitherSuspended: random() < 0.1,
    calleeSetNever: random() < 0.1,
    callerEntered: random() < 0.9,
    calleeEntered: random() < 0.9,
    calling: random() < 0.7 ? "on" : isTrue() ? "off" : "unset",
    audiences: Audience.options.filter(isTrue),
    callerFollowsCallee: isTrue(),
    calleeFollowsCaller: isTrue(),
  };
}

/** Mulberry32: 32 bits of state, enough for samples. */
function seededRandom(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
