import { limits, Person } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import {
  aCandidate,
  anAnswer,
  answerOf,
  anOffer,
  CallRun,
  outcomeOf,
  runTo,
} from "./test/call-run.ts";
import { aliceLaptop, alicePhone, bobLaptop, bobPhone } from "./test/people.ts";
import { type CallDevice, viewCall } from "./index.ts";

describe("the answer", () => {
  test("goes to the caller's device alone, once", () => {
    const run = runTo("connecting");
    run.say(bobPhone, anAnswer);
    expect(run.toldTo(alicePhone)).toEqual(["accepted", "the callee's answer"]);
    expect(run.toldTo(aliceLaptop)).toEqual(["accepted"]);
    expect(outcomeOf(run.say(bobPhone, answerOf(0, "another")))).toBe("wrong-state");
  });

  test("has to wait for the offer", () => {
    const run = new CallRun();
    run.say(bobPhone, "accept");
    expect(outcomeOf(run.say(bobPhone, anAnswer))).toBe("wrong-state");
    run.say(alicePhone, anOffer);
    expect(outcomeOf(run.say(bobPhone, anAnswer))).toBe("moved");
  });

  test("is the winner's: a device that lost cannot give it", () => {
    const run = runTo("connecting");
    expect(outcomeOf(run.say(bobLaptop, anAnswer))).toBe("wrong-role");
  });
});

describe("candidates", () => {
  test("pass both ways between the two devices in the call, after each one's description", () => {
    const run = runTo("connecting");
    expect(outcomeOf(run.say(bobPhone, aCandidate()))).toBe("wrong-state");
    run.say(bobPhone, anAnswer);
    run.say(bobPhone, aCandidate(1));
    run.say(alicePhone, aCandidate(2));
    expect(run.toldTo(alicePhone)).toEqual(["accepted", "the callee's answer", "candidate:1"]);
    expect(run.toldTo(bobPhone).at(-1)).toBe("candidate:2");
    expect(run.toldTo(bobLaptop)).toEqual(["ring", "prepare", "answered-elsewhere"]);
  });

  test("are bounded for each side by itself", () => {
    const run = runTo("connecting");
    run.say(bobPhone, anAnswer);
    for (let count = 0; count < limits.candidatesPerPartyMax; count++) {
      expect(outcomeOf(run.say(bobPhone, aCandidate(count)))).toBe("moved");
    }
    expect(outcomeOf(run.say(bobPhone, aCandidate(99)))).toBe("too-many-requests");
    expect(outcomeOf(run.say(alicePhone, aCandidate()))).toBe("moved");
  });
});

describe("media", () => {
  test("makes the call connected when both sides report it, and both accounts are told", () => {
    const run = runTo("connecting");
    run.say(bobPhone, anAnswer);
    run.say(alicePhone, "media-connected");
    expect(run.call.state).toBe("connecting");
    run.say(bobPhone, "media-connected");
    expect(run.call.state).toBe("connected");
    for (const device of [alicePhone, aliceLaptop, bobPhone, bobLaptop]) {
      expect(run.toldTo(device).at(-1)).toBe("call-changed");
    }
  });

  test("cannot be there before an answer", () => {
    const run = runTo("connecting");
    expect(outcomeOf(run.say(alicePhone, "media-connected"))).toBe("wrong-state");
  });

  test("that one side reports twice is still one side's", () => {
    const run = runTo("connecting");
    run.say(bobPhone, anAnswer);
    run.say(bobPhone, "media-connected");
    expect(outcomeOf(run.say(bobPhone, "media-connected"))).toBe("wrong-state");
    expect(run.call.state).toBe("connecting");
  });

  test("that stopped before the other side had any does not count", () => {
    const run = runTo("connecting");
    run.say(bobPhone, anAnswer);
    run.say(bobPhone, "media-connected");
    run.say(bobPhone, "media-lost");
    run.say(alicePhone, "media-connected");
    expect(run.call.state).toBe("connecting");
    run.say(bobPhone, "media-connected");
    expect(run.call.state).toBe("connected");
  });
});

const somebody = Person.parse({ handle: "somebody", displayName: "Somebody" });
const viewOf = ({ call, now }: CallRun, device: CallDevice) =>
  viewCall(call, device, somebody, now);

describe("the wait for media", () => {
  test("is 20 s from the accept, and then the call has failed for both", () => {
    const run = runTo("connecting");
    run.wait(limits.connectTimeoutMs);
    expect(run.toldTo(alicePhone)).toEqual(["accepted", "failed"]);
    expect(run.toldTo(bobPhone).at(-1)).toBe("failed");
    expect(run.records).toBe("failed 0 / failed 0");
  });

  test("is 60 s from the accept when a browser asks for the microphone", () => {
    const run = runTo("connecting");
    run.wait(15_000);
    run.say(bobPhone, "microphone-pending");
    run.wait(limits.microphoneQuestionTimeoutMs - 15_001);
    expect(run.call.state).toBe("connecting");
    run.wait(1);
    expect(run.call.state).toBe("ended");
  });

  test("is made longer once, whoever asks", () => {
    const run = runTo("connecting");
    run.say(bobPhone, "microphone-pending");
    expect(outcomeOf(run.say(alicePhone, "microphone-pending"))).toBe("ignored");
    expect(outcomeOf(run.say(bobPhone, "microphone-pending"))).toBe("ignored");
  });

  test("is five minutes from the accept when a person decides who the other is, which the other side sees", () => {
    const run = runTo("connecting");
    run.wait(15_000);
    run.say(alicePhone, "trust-pending");
    expect(run.toldTo(bobPhone).at(-1)).toBe("call-changed");
    expect(viewOf(run, bobPhone)).toMatchObject({ state: "connecting", isOtherAsked: true });
    expect(viewOf(run, alicePhone)).toMatchObject({ isOtherAsked: false });
    run.say(bobPhone, "microphone-pending");
    run.wait(limits.trustQuestionTimeoutMs - 15_001);
    expect(run.call.state).toBe("connecting");
    run.wait(1);
    expect(run.call.state).toBe("ended");
  });

  test("is not made longer by the question of the second", () => {
    const run = runTo("connecting");
    run.say(alicePhone, "trust-pending");
    run.wait(limits.trustQuestionTimeoutMs - 1);
    run.say(bobPhone, "trust-pending");
    expect(outcomeOf(run.say(alicePhone, "trust-pending"))).toBe("ignored");
    expect(viewOf(run, alicePhone)).toMatchObject({ isOtherAsked: true });
    run.wait(1);
    expect(run.call.state).toBe("ended");
  });

  test("is not ended by the timer of the ring", () => {
    const run = runTo("connecting");
    run.now += 1;
    expect(outcomeOf(run.tell({ type: "due" }))).toBe("ignored");
  });
});

describe("leaving while it connects", () => {
  test("by a cancel that crossed the accept is a hang-up", () => {
    const run = runTo("connecting");
    run.say(alicePhone, "cancel");
    expect(run.toldTo(alicePhone)).toEqual(["accepted", "cancelled"]);
    expect(run.toldTo(bobPhone).at(-1)).toBe("hung-up");
    expect(run.records).toBe("answered 0 / answered 0");
  });

  test("is not for the device that lost", () => {
    const run = runTo("connecting");
    expect(outcomeOf(run.say(bobLaptop, "hang-up"))).toBe("wrong-role");
    expect(outcomeOf(run.tell({ type: "device-gone", device: bobLaptop }))).toBe("ignored");
    expect(run.call.state).toBe("connecting");
  });

  test("is what signing out means for the device in the call", () => {
    const run = runTo("connecting");
    run.tell({ type: "device-gone", device: bobPhone });
    expect(run.toldTo(alicePhone)).toEqual(["accepted", "hung-up"]);
  });
});
