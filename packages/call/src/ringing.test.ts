import { limits, Person } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { begin, viewCall } from "./index.ts";
import {
  aCandidate,
  anAccept,
  anAnswer,
  anOffer,
  CallRun,
  offerOf,
  outcomeOf,
} from "./test/call-run.ts";
import {
  aliceLaptop,
  alicePhone,
  bobLaptop,
  bobPhone,
  callId,
  permitFor,
  startedAt,
} from "./test/people.ts";
import { signedAs } from "./test/signed.ts";

describe("an invite", () => {
  test("with a permit opens the relay and rings every device of the callee", () => {
    const run = new CallRun();
    expect(run.effects.map((effect) => effect.type)).toEqual(["relay-open", "ring"]);
    expect(run.toldTo(bobPhone)).toEqual(["ring"]);
    expect(run.toldTo(bobLaptop)).toEqual(["ring"]);
    expect(run.toldTo(aliceLaptop)).toEqual([]);
  });

  test("with a permit that has expired rings nobody", () => {
    const permit = permitFor(alicePhone.accountId, bobPhone.accountId, startedAt);
    const late = startedAt + limits.permitExpiryMs;
    const begun = begin(
      permit,
      {
        callId,
        callerDeviceId: alicePhone.deviceId,
        isQuiet: false,
        route: "relayed",
        relayId: "r1",
      },
      late,
    );
    expect(begun).toEqual({ outcome: "refused", code: "unavailable" });
  });
});

describe("an accept", () => {
  test("wins if it is the first, and its device alone gets the offer", () => {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    run.say(bobLaptop, "accept");
    expect(run.toldTo(bobLaptop)).toEqual(["ring", "prepare", "won, with the caller's offer"]);
    expect(run.toldTo(bobPhone)).toEqual(["ring", "prepare", "answered-elsewhere"]);
    expect(run.toldTo(alicePhone)).toEqual(["accepted"]);
  });

  test("brings the answer along, which the caller hears after it", () => {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    run.say(bobLaptop, { ...anAccept, answer: signedAs("the callee's answer") });
    expect(run.toldTo(alicePhone)).toEqual(["accepted", "the callee's answer"]);
    expect(run.call).toMatchObject({ round: { answer: { description: "the callee's answer" } } });
    expect(outcomeOf(run.say(bobLaptop, anAnswer))).toBe("ignored");
  });

  test("that comes second brings no answer", () => {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    run.say(bobLaptop, "accept");
    const late = run.say(bobPhone, { ...anAccept, answer: signedAs("another answer") });
    expect(outcomeOf(late)).toBe("wrong-state");
    expect(run.toldTo(alicePhone)).toEqual(["accepted"]);
  });

  test("cannot answer an offer that nobody made", () => {
    const run = new CallRun();
    const early = run.say(bobLaptop, { ...anAccept, answer: signedAs("an answer") });
    expect(outcomeOf(early)).toBe("wrong-state");
    expect(run.call.state).toBe("ringing");
  });

  test("that comes second is late and changes nothing", () => {
    const run = new CallRun();
    run.say(bobLaptop, "accept");
    const before = run.call;
    expect(outcomeOf(run.say(bobPhone, "accept"))).toBe("wrong-state");
    expect(run.call).toEqual(before);
  });

  test("joins the two devices at the relay before it tells anybody", () => {
    const run = new CallRun();
    const { effects } = run.say(bobPhone, "accept");
    expect(effects[0]).toEqual({
      type: "relay-join",
      callerDeviceId: alicePhone.deviceId,
      calleeDeviceId: bobPhone.deviceId,
    });
  });

  test("brings the caller's candidates after the offer, in the order that they were sent", () => {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    run.say(alicePhone, aCandidate(1));
    run.say(alicePhone, aCandidate(2));
    expect(run.toldTo(bobPhone)).toEqual(["ring", "prepare"]);
    run.say(bobPhone, "accept");
    const told = ["ring", "prepare", "won, with the caller's offer", "candidate:1", "candidate:2"];
    expect(run.toldTo(bobPhone)).toEqual(told);
    expect(run.toldTo(bobLaptop)).toEqual(["ring", "prepare", "answered-elsewhere"]);
  });

  test("before the caller's offer wins, and the offer follows to the winner alone", () => {
    const run = new CallRun();
    run.say(bobPhone, "accept");
    run.say(alicePhone, anOffer);
    expect(run.toldTo(bobPhone)).toEqual(["ring", "won, with no offer yet", "the caller's offer"]);
    expect(run.toldTo(bobLaptop)).toEqual(["ring", "answered-elsewhere"]);
  });
});

describe("a decline", () => {
  test("on one device stops the ring on all, and is a deliberate word to the caller", () => {
    const run = new CallRun();
    run.say(bobPhone, "decline");
    expect(run.toldTo(bobPhone)).toEqual(["ring", "cancelled"]);
    expect(run.toldTo(bobLaptop)).toEqual(["ring", "declined-elsewhere"]);
    expect(run.toldTo(alicePhone)).toEqual(["declined"]);
    expect(run.records).toBe("declined 0 / declined 0");
  });

  test("from another device does not end an accepted call", () => {
    const run = new CallRun();
    run.say(bobPhone, "accept");
    expect(outcomeOf(run.say(bobLaptop, "decline"))).toBe("wrong-state");
    expect(run.call.state).toBe("connecting");
  });
});

describe("silence", () => {
  test("quiets every device of the callee and tells the caller nothing", () => {
    const run = new CallRun();
    run.say(bobLaptop, "silence");
    expect(run.toldTo(bobPhone)).toEqual(["ring", "silenced"]);
    expect(run.toldTo(bobLaptop)).toEqual(["ring", "silenced"]);
    expect(run.toldTo(alicePhone)).toEqual([]);
    expect(outcomeOf(run.say(bobPhone, "accept"))).toBe("moved");
  });

  test("that is said twice changes nothing", () => {
    const run = new CallRun();
    run.say(bobLaptop, "silence");
    expect(outcomeOf(run.say(bobPhone, "silence"))).toBe("wrong-state");
  });
});

describe("a ring that ends by itself or by its caller", () => {
  test("that nobody takes ends after 45 s: no answer for the caller, missed for the callee", () => {
    const run = new CallRun();
    run.wait(limits.ringTimeoutMs - 1);
    expect(run.call.state).toBe("ringing");
    run.wait(1);
    expect(run.call.state).toBe("ended");
    expect(run.toldTo(alicePhone)).toEqual(["no-answer"]);
    expect(run.toldTo(bobPhone)).toEqual(["ring", "missed"]);
    expect(run.records).toBe("no-answer 0 / missed 0");
  });

  test("is not ended by a timer that comes early", () => {
    const run = new CallRun();
    run.now += limits.ringTimeoutMs - 1;
    expect(outcomeOf(run.tell({ type: "due" }))).toBe("ignored");
  });

  test.each(["cancel", "hang-up"] as const)("ends for both when the caller says %s", (word) => {
    const run = new CallRun();
    run.say(alicePhone, word);
    expect(run.toldTo(alicePhone)).toEqual(["cancelled"]);
    expect(run.toldTo(bobLaptop)).toEqual(["ring", "missed"]);
    expect(run.records).toBe("cancelled 0 / missed 0");
  });

  test("goes on when a page of the callee closes", () => {
    const run = new CallRun();
    expect(outcomeOf(run.say(bobPhone, "hang-up"))).toBe("wrong-state");
    expect(run.call.state).toBe("ringing");
  });

  test("goes on when a device of the callee signs out, and ends when the caller's does", () => {
    const run = new CallRun();
    expect(outcomeOf(run.tell({ type: "device-gone", device: bobPhone }))).toBe("ignored");
    expect(outcomeOf(run.tell({ type: "device-gone", device: aliceLaptop }))).toBe("ignored");
    run.tell({ type: "device-gone", device: alicePhone });
    expect(run.records).toBe("cancelled 0 / missed 0");
  });
});

describe("a right to ring that ends during the ring", () => {
  test("silences the callee's devices at once and leaves the missed record", () => {
    const run = new CallRun();
    run.tell({ type: "revoked" });
    expect(run.toldTo(bobPhone)).toEqual(["ring", "revoked"]);
    expect(run.toldTo(bobLaptop)).toEqual(["ring", "revoked"]);
    expect(run.records).toBe("nothing / missed 0");
  });

  test.each([
    ["revoked", { type: "revoked" }],
    ["a block by the callee", { type: "blocked", by: bobPhone.accountId }],
  ] as const)("looks to the caller like a ring that nobody heard: %s", (_cause, event) => {
    const unheard = new CallRun();
    const ended = new CallRun();
    for (const run of [unheard, ended]) {
      run.wait(5_000);
      if (run === ended) run.tell(event);
      run.say(alicePhone, anOffer);
      run.say(alicePhone, aCandidate());
      run.wait(limits.ringTimeoutMs - 5_000);
    }
    expect(ended.toldTo(alicePhone)).toEqual(unheard.toldTo(alicePhone));
    expect(ended.call).toEqual(unheard.call);
    expect(ended.relayOrders).toEqual(unheard.relayOrders);
  });

  test("shows the caller the same call as before, and the callee none", () => {
    const run = new CallRun();
    const bob = Person.parse({ handle: "bob", displayName: "Bob" });
    const before = viewCall(run.call, alicePhone, bob, run.now);
    run.tell({ type: "revoked" });
    expect(viewCall(run.call, alicePhone, bob, run.now)).toEqual(before);
    expect(viewCall(run.call, bobPhone, bob, run.now)).toBeNull();
  });

  test("leaves the callee no record when it ends by the callee's block", () => {
    const run = new CallRun();
    run.tell({ type: "blocked", by: bobPhone.accountId });
    expect(run.toldTo(bobPhone)).toEqual(["ring", "revoked"]);
    run.wait(limits.ringTimeoutMs);
    expect(run.records).toBe("no-answer 0 / nothing");
  });

  test("tells the callee nothing more when the caller then cancels", () => {
    const run = new CallRun();
    run.tell({ type: "revoked" });
    run.say(alicePhone, "cancel");
    expect(run.toldTo(bobPhone)).toEqual(["ring", "revoked"]);
    expect(run.records).toBe("cancelled 0 / missed 0");
  });

  test("ends once", () => {
    const run = new CallRun();
    run.tell({ type: "revoked" });
    expect(outcomeOf(run.tell({ type: "revoked" }))).toBe("ignored");
    expect(outcomeOf(run.tell({ type: "blocked", by: bobPhone.accountId }))).toBe("ignored");
  });

  test("by the caller's own block is, to the callee, a caller who cancelled", () => {
    const blocked = new CallRun();
    blocked.tell({ type: "blocked", by: alicePhone.accountId });
    const cancelled = new CallRun();
    cancelled.say(alicePhone, "cancel");
    expect(blocked.toldTo(bobPhone)).toEqual(cancelled.toldTo(bobPhone));
    expect(blocked.records).toBe(cancelled.records);
    expect(blocked.call).toEqual(cancelled.call);
  });
});

describe("the caller's part while it rings", () => {
  test("is one offer, which may be said again and not changed", () => {
    const run = new CallRun();
    expect(outcomeOf(run.say(alicePhone, anOffer))).toBe("moved");
    expect(outcomeOf(run.say(alicePhone, anOffer))).toBe("ignored");
    expect(outcomeOf(run.say(alicePhone, offerOf(0, true, "another")))).toBe("wrong-state");
    expect(run.toldTo(bobPhone)).toEqual(["ring", "prepare"]);
  });

  test("has no candidate before its offer", () => {
    const run = new CallRun();
    expect(outcomeOf(run.say(alicePhone, aCandidate()))).toBe("wrong-state");
  });

  test("is a bounded number of candidates", () => {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    for (let count = 0; count < limits.candidatesPerPartyMax; count++) {
      expect(outcomeOf(run.say(alicePhone, aCandidate(count)))).toBe("moved");
    }
    expect(outcomeOf(run.say(alicePhone, aCandidate(99)))).toBe("too-many-requests");
    run.say(bobPhone, "accept");
    expect(outcomeOf(run.say(alicePhone, aCandidate(99)))).toBe("too-many-requests");
  });

  test("may be a microphone question, which makes connecting wait 60 s", () => {
    const run = new CallRun();
    run.say(alicePhone, "microphone-pending");
    run.say(bobPhone, "accept");
    run.wait(limits.microphoneQuestionTimeoutMs - 1);
    expect(run.call.state).toBe("connecting");
    run.wait(1);
    expect(run.records).toBe("failed 0 / failed 0");
  });
});
