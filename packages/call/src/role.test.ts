import { describe, expect, test } from "vitest";
import type { CallDevice, ServerEvent } from "./index.ts";
import {
  aCandidate,
  anAnswer,
  anOffer,
  type CallRun,
  outcomeOf,
  runTo,
  type Said,
} from "./test/call-run.ts";
import { aliceLaptop, alicePhone, bobLaptop, bobPhone, malloryPhone } from "./test/people.ts";

/**
 * Every message in every state from every role. `revoked` is ringing after the right to ring has
 * ended; `connecting` has seen the offer and no answer; in `reconnecting` the caller lost media.
 */
const states = ["ringing", "revoked", "connecting", "connected", "reconnecting", "ended"] as const;
type StateName = (typeof states)[number];

const caller = `
                    ringing      revoked      connecting   connected    reconnecting  ended
offer               moved        moved        ignored      ignored      ignored       wrong-state
cancel              moved        moved        moved        wrong-state  wrong-state   wrong-state
ring-acknowledge    wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
silence             wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
accept              wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
decline             wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
answer              wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
restart             wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
candidate           wrong-state  wrong-state  moved        moved        moved         wrong-state
microphone-pending  moved        moved        moved        wrong-state  wrong-state   wrong-state
trust-pending       wrong-state  wrong-state  moved        wrong-state  wrong-state   wrong-state
media-connected     wrong-state  wrong-state  wrong-state  wrong-state  moved         wrong-state
media-lost          wrong-state  wrong-state  wrong-state  moved        wrong-state   wrong-state
hang-up             moved        moved        moved        moved        moved         wrong-state
page-left           moved        moved        moved        moved        moved         wrong-state
page-returned       ignored      ignored      ignored      moved        moved         wrong-state`;

const callee = `
                    ringing      revoked      connecting   connected    reconnecting  ended
offer               wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
cancel              wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
ring-acknowledge    ignored      wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
silence             moved        wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
accept              moved        wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
decline             moved        wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
answer              wrong-state  wrong-state  moved        ignored      ignored       wrong-state
restart             wrong-state  wrong-state  wrong-state  moved        moved         wrong-state
candidate           wrong-state  wrong-state  wrong-state  moved        moved         wrong-state
microphone-pending  wrong-state  wrong-state  moved        wrong-state  wrong-state   wrong-state
trust-pending       wrong-state  wrong-state  moved        wrong-state  wrong-state   wrong-state
media-connected     wrong-state  wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
media-lost          wrong-state  wrong-state  wrong-state  moved        moved         wrong-state
hang-up             wrong-state  wrong-state  moved        moved        moved         wrong-state
page-left           wrong-state  wrong-state  moved        moved        moved         wrong-state
page-returned       wrong-state  wrong-state  ignored      moved        moved         wrong-state`;

/** A device of the callee beside the one that accepts; while it rings the two are equals. */
const calleesOtherDevice = `
                    ringing      revoked      connecting   connected    reconnecting  ended
offer               wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
cancel              wrong-role   wrong-role   wrong-role   wrong-role   wrong-role    wrong-role
ring-acknowledge    ignored      wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
silence             moved        wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
accept              moved        wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
decline             moved        wrong-state  wrong-state  wrong-state  wrong-state   wrong-state
answer              wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
restart             wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
candidate           wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
microphone-pending  wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
trust-pending       wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
media-connected     wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
media-lost          wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
hang-up             wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
page-left           wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state
page-returned       wrong-state  wrong-state  wrong-role   wrong-role   wrong-role    wrong-state`;

const server = `
                    ringing      revoked      connecting   connected    reconnecting  ended
early-due           ignored      ignored      ignored      ignored      ignored       ignored
due                 moved        moved        moved        ignored      moved         ignored
revoked             moved        ignored      ignored      ignored      ignored       ignored
blocked-by-caller   moved        moved        moved        moved        moved         ignored
blocked-by-callee   moved        ignored      moved        moved        moved         ignored
blocked-by-other    ignored      ignored      ignored      ignored      ignored       ignored
caller-gone         moved        moved        moved        moved        moved         ignored
callee-gone         ignored      ignored      moved        moved        moved         ignored
callers-other-gone  ignored      ignored      ignored      ignored      ignored       ignored
callees-other-gone  ignored      ignored      ignored      ignored      ignored       ignored
stranger-gone       ignored      ignored      ignored      ignored      ignored       ignored`;

describe("what the caller's device may say", () => {
  test.each(cellsOf(caller))("%s while %s: %s", (word, state, outcome) => {
    expect(answerTo(alicePhone, word, state)).toBe(outcome);
  });
});

describe("what the callee's device may say", () => {
  test.each(cellsOf(callee))("%s while %s: %s", (word, state, outcome) => {
    expect(answerTo(bobPhone, word, state)).toBe(outcome);
  });
});

describe("what another device of the callee may say", () => {
  test.each(cellsOf(calleesOtherDevice))("%s while %s: %s", (word, state, outcome) => {
    expect(answerTo(bobLaptop, word, state)).toBe(outcome);
  });
});

describe("another device of the caller", () => {
  test.each(states)("may say nothing at all while %s", (state) => {
    for (const [word] of cellsOf(caller)) {
      expect(answerTo(aliceLaptop, word, state)).toBe("wrong-role");
    }
  });
});

describe("a stranger", () => {
  test.each(states)("cannot tell a call that is %s from one that never was", (state) => {
    for (const [word] of cellsOf(caller)) {
      expect(answerTo(malloryPhone, word, state)).toBe("call-not-found");
    }
  });
});

describe("what the server tells a call", () => {
  test.each(cellsOf(server))("%s while %s: %s", (word, state, outcome) => {
    const run = runIn(state);
    const event = serverEvents[word];
    if (word === "due") run.now += 100_000;
    expect(event && outcomeOf(run.tell(event))).toBe(outcome);
  });
});

describe("a message that is not obeyed", () => {
  test.each(states)("leaves a call that is %s as it was and tells nobody anything", (state) => {
    for (const from of [alicePhone, aliceLaptop, bobPhone, bobLaptop, malloryPhone]) {
      for (const said of Object.values(sayings)) {
        const run = runIn(state);
        const before = structuredClone(run.call);
        const result = run.say(from, said);
        if (result.outcome === "moved") continue;
        expect(result.effects).toEqual([]);
        expect(run.call).toEqual(before);
      }
    }
  });
});

const sayings: Record<Said["type"], Said> = {
  offer: anOffer,
  cancel: { type: "cancel" },
  "ring-acknowledge": { type: "ring-acknowledge" },
  silence: { type: "silence" },
  accept: { type: "accept", ends: null, answer: null },
  decline: { type: "decline" },
  answer: anAnswer,
  restart: { type: "restart", round: 0, isNewConnection: false },
  candidate: aCandidate(),
  "microphone-pending": { type: "microphone-pending" },
  "trust-pending": { type: "trust-pending" },
  "media-connected": { type: "media-connected" },
  "media-lost": { type: "media-lost" },
  "hang-up": { type: "hang-up" },
  "page-left": { type: "page-left" },
  "page-returned": { type: "page-returned" },
};

const serverEvents: Record<string, ServerEvent> = {
  "early-due": { type: "due" },
  due: { type: "due" },
  revoked: { type: "revoked" },
  "blocked-by-caller": { type: "blocked", by: alicePhone.accountId },
  "blocked-by-callee": { type: "blocked", by: bobPhone.accountId },
  "blocked-by-other": { type: "blocked", by: malloryPhone.accountId },
  "caller-gone": { type: "device-gone", device: alicePhone },
  "callee-gone": { type: "device-gone", device: bobPhone },
  "callers-other-gone": { type: "device-gone", device: aliceLaptop },
  "callees-other-gone": { type: "device-gone", device: bobLaptop },
  "stranger-gone": { type: "device-gone", device: malloryPhone },
};

function answerTo(from: CallDevice, word: string, state: StateName): string {
  const said = sayings[word as Said["type"]];
  return outcomeOf(runIn(state).say(from, said));
}

function runIn(state: StateName): CallRun {
  if (state === "revoked") {
    const run = runTo("ringing");
    run.tell({ type: "revoked" });
    return run;
  }
  if (state === "ended") {
    const run = runTo("connected");
    run.say(alicePhone, "hang-up");
    return run;
  }
  return runTo(state);
}

/** The cells of a table as rows for `test.each`: word, state, outcome. */
function cellsOf(table: string): [word: string, state: StateName, outcome: string][] {
  const [, ...rows] = table.trim().split("\n");
  return rows.flatMap((row) => {
    const [word = "", ...outcomes] = row.trim().split(/\s+/);
    return states.map((state, column): [string, StateName, string] => [
      word,
      state,
      outcomes[column] ?? "missing",
    ]);
  });
}
