import { describe, expect, test } from "vitest";
import type { Call, CallMessage, Effect } from "./index.ts";
import { anAccept, anAnswer, anOffer, CallRun, offerOf, runTo } from "./test/call-run.ts";
import { alicePhone, bobPhone } from "./test/people.ts";
import { signedAs } from "./test/signed.ts";

const gone = { type: "relay-gone", relayId: "r1", nextId: "r2" } as const;
const ready = { type: "relay-ready", relayId: "r2" } as const;
const warmAnswer = { ...anAccept, answer: signedAs("the callee's answer") } as const;

/** The effects since then, of the types that a move of the relay has. */
function movesSince(run: CallRun, count: number): Effect["type"][] {
  return run.effects.slice(count).map(({ type }) => type);
}

function restartsOf(run: CallRun): number {
  return run.effects.filter(({ type }) => type === "restart").length;
}

function restartIn(call: Call) {
  return "round" in call ? call.round.restart : undefined;
}

describe("a call whose relay is gone", () => {
  test.each(["connecting", "connected", "reconnecting"] as const)(
    "is opened and joined at the next one while %s, and the one that it left is told",
    (state) => {
      const run = runTo(state);
      const count = run.effects.length;
      run.tell(gone);
      expect(run.call.relay).toEqual({ id: "r2", left: ["r1"], isStale: true });
      expect(movesSince(run, count)).toEqual(["relay-leave", "relay-open", "relay-join"]);
      expect(run.call.state).toBe(state);
    },
  );

  test("is opened there while it rings, and joined nowhere", () => {
    const run = runTo("ringing");
    const count = run.effects.length;
    run.tell(gone);
    expect(movesSince(run, count)).toEqual(["relay-leave", "relay-open"]);
  });

  test("has its caller asked for another round once the next relay knows it, and once only", () => {
    const run = runTo("connected");
    run.tell(gone);
    expect(restartsOf(run)).toBe(0);
    run.tell(ready);
    run.tell(ready);
    expect(restartsOf(run)).toBe(1);
    // A caller that did not hear this finds it in its welcome.
    expect(restartIn(run.call)).toEqual({ isNewConnection: false });
    expect(run.call.state).toBe("connected");
  });

  test("is asked nothing for a relay that it has left meanwhile", () => {
    const run = runTo("connected");
    run.tell(gone);
    run.tell({ type: "relay-gone", relayId: "r2", nextId: "r3" });
    run.tell(ready);
    expect(restartsOf(run)).toBe(0);
    expect(run.call.relay.left).toEqual(["r1", "r2"]);
  });

  test("needs no round any more where its caller began one by itself", () => {
    const run = runTo("connected");
    run.tell(gone);
    run.say(alicePhone, offerOf(1, false, "by itself"));
    run.tell(ready);
    expect(restartsOf(run)).toBe(0);
  });

  test("moves once, however many nodes have seen its relay go", () => {
    const run = runTo("connected");
    run.tell(gone);
    const count = run.effects.length;
    run.tell(gone);
    run.tell({ ...gone, nextId: "r3" });
    expect(movesSince(run, count)).toEqual([]);
    expect(run.call.relay.id).toBe("r2");
  });

  test("stays as it is once it is over", () => {
    const run = runTo("connected");
    run.say(alicePhone, "hang-up");
    const count = run.effects.length;
    run.tell(gone);
    run.tell(ready);
    expect(movesSince(run, count)).toEqual([]);
  });
});

function connectingElsewhere(answer: Extract<CallMessage, { type: "accept" }>["answer"]): CallRun {
  const run = new CallRun();
  run.say(alicePhone, anOffer);
  run.tell(gone);
  run.tell(ready);
  run.say(bobPhone, { ...anAccept, answer });
  return run;
}

describe("another round for another relay waits for the first answer", () => {
  test("that came with the accept", () => {
    const run = connectingElsewhere(warmAnswer.answer);
    expect(run.effects.slice(-2).map(({ type }) => type)).toEqual(["answer", "restart"]);
  });

  test("that came after it", () => {
    const run = connectingElsewhere(null);
    expect(restartsOf(run)).toBe(0);
    run.say(bobPhone, anAnswer);
    expect(run.effects.slice(-2).map(({ type }) => type)).toEqual(["answer", "restart"]);
  });

  test("that came after the relay went", () => {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    run.say(bobPhone, anAccept);
    run.tell(gone);
    run.tell(ready);
    expect(restartsOf(run)).toBe(0);
    run.say(bobPhone, anAnswer);
    expect(restartsOf(run)).toBe(1);
  });
});
