import { describe, expect, test } from "vitest";
import { placeIn, preparationOf } from "./index.ts";
import {
  aCandidate,
  anAnswer,
  anOffer,
  callersIce,
  CallRun,
  offerOf,
  outcomeOf,
  type Said,
} from "./test/call-run.ts";
import { aliceLaptop, alicePhone, bobLaptop, bobPhone, malloryPhone } from "./test/people.ts";

/**
 * Ways in which other products let a caller hear somebody who had not answered, each as it was
 * published, tried on this machine. What was wrong each time was a state that somebody else than the
 * callee's own device could move (Natalie Silvanovich, "The State of State Machines", 2021).
 */

/** Everything that a caller, or anybody but the callee, could say to have the callee's end opened. */
const callersSayings: readonly Said[] = [
  { type: "accept", ends: null, answer: null },
  anAnswer,
  { type: "media-connected" },
  { type: "media-lost" },
  { type: "restart", round: 0, isNewConnection: true },
  { type: "microphone-pending" },
  { type: "trust-pending" },
  { type: "page-returned" },
  { type: "silence" },
  { type: "ring-acknowledge" },
  aCandidate(),
  anOffer,
  offerOf(1, true, "another offer"),
];

/** What a device of the callee got that the caller wrote. */
function ofTheCaller(run: CallRun, device = bobPhone): string[] {
  return run.toldTo(device).filter((words) => words !== "ring" && words !== "prepare");
}

/** Whether anything was said by which the callee's end could open its microphone. */
function isHeard(run: CallRun): boolean {
  return (
    run.call.state !== "ringing" ||
    run.relayOrders.includes("relay-join") ||
    [bobPhone, bobLaptop].some((device) => ofTheCaller(run, device).length > 0)
  );
}

test("Signal 2019: an accept that the caller sends does not answer for the callee", () => {
  for (const device of [alicePhone, aliceLaptop]) {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    expect(outcomeOf(run.say(device, "accept"))).toBe("wrong-role");
    expect(isHeard(run)).toBe(false);
  }
});

test("FaceTime 2019: a third one added by the caller answers for nobody", () => {
  // There the caller added their own number, and the callee's telephone took the call as answered.
  const run = new CallRun();
  run.say(alicePhone, anOffer);
  for (const device of [aliceLaptop, malloryPhone]) {
    for (const said of callersSayings) {
      expect(["wrong-role", "call-not-found"]).toContain(outcomeOf(run.say(device, said)));
    }
  }
  expect(isHeard(run)).toBe(false);
});

test("Google Duo 2020: an offer gives no device a place before its accept, so that no media is early", () => {
  const run = new CallRun();
  run.say(alicePhone, anOffer);
  run.say(bobPhone, "ring-acknowledge");
  for (const device of [bobPhone, bobLaptop]) {
    expect(run.toldTo(device)).toEqual(["ring", "prepare"]);
    expect(placeIn(run.call, device)).toBeNull();
    expect(preparationOf(run.call, device)).toMatchObject({ ice: callersIce });
  }
  expect(run.relayOrders).toEqual(["relay-open"]);
});

test("Facebook Messenger 2020: a description that is said again before the answer changes nothing", () => {
  // There a message with a new description made the callee's device connect at once.
  const run = new CallRun();
  run.say(alicePhone, anOffer);
  const before = structuredClone(run.call);
  for (const round of [0, 1, 2]) {
    for (const isNewConnection of [true, false]) {
      const said = offerOf(round, isNewConnection, "an update");
      expect(outcomeOf(run.say(alicePhone, said))).toBe("wrong-state");
    }
  }
  expect(run.call).toEqual(before);
  expect(isHeard(run)).toBe(false);
});

test("JioChat, Mocha 2020: candidates that the caller sends before the answer reach nobody", () => {
  const run = new CallRun();
  run.say(alicePhone, anOffer);
  for (let number = 0; number < 5; number++) run.say(alicePhone, aCandidate(number));
  expect(isHeard(run)).toBe(false);
  run.say(bobPhone, "accept");
  expect(run.toldTo(bobPhone).slice(-5)).toEqual([0, 1, 2, 3, 4].map((n) => `candidate:${n}`));
  expect(ofTheCaller(run, bobLaptop)).toEqual(["answered-elsewhere"]);
});

test("an answer, or media, of a device that nobody has tapped on does not answer the call", () => {
  const sayings = ["media-connected", "microphone-pending", "trust-pending"] as const;
  for (const said of [anAnswer, aCandidate(), ...sayings]) {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    expect(outcomeOf(run.say(bobPhone, said))).toBe("wrong-state");
    expect(isHeard(run)).toBe(false);
  }
});

test("everything that a call once said, said again in the next one, answers nothing", () => {
  const run = new CallRun();
  for (let twice = 0; twice < 2; twice++) {
    for (const said of callersSayings) run.say(alicePhone, said);
  }
  expect(isHeard(run)).toBe(false);
});

describe("after a decline, a cancel or the end of the ring", () => {
  test.each([
    ["a decline", (run: CallRun) => run.say(bobLaptop, "decline")],
    ["a cancel", (run: CallRun) => run.say(alicePhone, "cancel")],
    ["45 s", (run: CallRun) => run.wait(45_000)],
  ])("%s: no accept opens it again", (_, end) => {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    end(run);
    for (const device of [alicePhone, bobPhone, bobLaptop]) {
      for (const said of callersSayings) run.say(device, said);
    }
    expect(run.call.state).toBe("ended");
    expect(run.relayOrders).toEqual(["relay-open", "relay-end"]);
  });
});
