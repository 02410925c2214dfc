import { limits } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { type Call, placeIn } from "./index.ts";
import {
  aCandidate,
  anAnswer,
  anOffer,
  answerOf,
  offerOf,
  outcomeOf,
  runTo,
} from "./test/call-run.ts";
import { aliceLaptop, alicePhone, bobLaptop, bobPhone, malloryPhone } from "./test/people.ts";

const nextOffer = offerOf(1, false, "the next offer");
const nextAnswer = answerOf(1, "the next answer");

function roundOf(call: Call) {
  if (!("round" in call)) throw new Error("no round");
  return call.round;
}

describe("a round", () => {
  test("restarts ICE in a call that is connected, and leaves it connected", () => {
    const run = runTo("connected");
    run.say(alicePhone, nextOffer);
    run.say(bobPhone, nextAnswer);
    expect(run.toldTo(bobPhone).at(-1)).toBe("the next offer");
    expect(run.toldTo(alicePhone).at(-1)).toBe("the next answer");
    expect(run.call.state).toBe("connected");
  });

  test("may follow while media is lost, whether or not the one before was answered", () => {
    const run = runTo("reconnecting");
    run.say(alicePhone, nextOffer);
    expect(outcomeOf(run.say(alicePhone, offerOf(2, true, "after a reload")))).toBe("moved");
    expect(run.toldTo(bobPhone).slice(-2)).toEqual(["the next offer", "after a reload"]);
    expect(outcomeOf(run.say(bobPhone, nextAnswer))).toBe("wrong-state");
  });

  test("while it connects waits for the answer to the one before", () => {
    const run = runTo("connecting");
    expect(outcomeOf(run.say(alicePhone, nextOffer))).toBe("wrong-state");
    run.say(bobPhone, anAnswer);
    expect(outcomeOf(run.say(alicePhone, nextOffer))).toBe("moved");
  });

  test("leaves out none", () => {
    const run = runTo("connected");
    expect(outcomeOf(run.say(alicePhone, offerOf(2, false, "too far")))).toBe("wrong-state");
    run.say(alicePhone, nextOffer);
    expect(outcomeOf(run.say(alicePhone, anOffer))).toBe("wrong-state");
  });

  test("that is the first is a new connection", () => {
    const run = runTo("ringing");
    expect(outcomeOf(run.say(alicePhone, offerOf(0, false, "to what?")))).toBe("wrong-state");
    run.say(bobPhone, "accept");
    expect(outcomeOf(run.say(alicePhone, offerOf(0, false, "to what?")))).toBe("wrong-state");
    expect(outcomeOf(run.say(alicePhone, anOffer))).toBe("moved");
  });

  test("is offered by the calling device alone, and answered by the one that won", () => {
    const run = runTo("connected");
    for (const device of [aliceLaptop, bobPhone, bobLaptop]) {
      expect(outcomeOf(run.say(device, nextOffer))).toBe("wrong-role");
    }
    run.say(alicePhone, nextOffer);
    for (const device of [alicePhone, aliceLaptop, bobLaptop]) {
      expect(outcomeOf(run.say(device, nextAnswer))).toBe("wrong-role");
    }
    expect(outcomeOf(run.say(malloryPhone, nextAnswer))).toBe("call-not-found");
  });

  test("is one of a bounded number", () => {
    const run = runTo("connected");
    for (let round = 1; round < limits.roundsPerCallMax; round++) {
      run.say(alicePhone, offerOf(round, false, `offer ${round}`));
    }
    expect(roundOf(run.call).number).toBe(limits.roundsPerCallMax - 1);
    const onceMore = offerOf(limits.roundsPerCallMax, false, "once more");
    expect(outcomeOf(run.say(alicePhone, onceMore))).toBe("too-many-requests");
  });

  test("of which something is said again to the letter is no error, and is passed on once", () => {
    const run = runTo("connected");
    const sayings = [
      [alicePhone, nextOffer],
      [bobPhone, nextAnswer],
      [bobPhone, aCandidate(1, 1)],
    ] as const;
    for (const [device, said] of sayings) run.say(device, said);
    const told = [run.toldTo(alicePhone), run.toldTo(bobPhone)];
    for (const [device, said] of sayings) expect(outcomeOf(run.say(device, said))).toBe("ignored");
    expect([run.toldTo(alicePhone), run.toldTo(bobPhone)]).toEqual(told);
  });

  test("keeps its descriptions, whatever else is said of it", () => {
    const run = runTo("connected");
    expect(outcomeOf(run.say(alicePhone, offerOf(0, true, "another")))).toBe("wrong-state");
    expect(outcomeOf(run.say(bobPhone, answerOf(0, "another")))).toBe("wrong-state");
    expect(roundOf(run.call)).toMatchObject({
      offer: { description: "the caller's offer" },
      answer: { description: "the callee's answer" },
    });
  });

  test("forgets those before it", () => {
    const run = runTo("connected");
    run.say(alicePhone, aCandidate(5));
    run.say(alicePhone, nextOffer);
    expect(JSON.stringify(run.call)).not.toMatch(
      /the caller's offer|the callee's answer|candidate:5/,
    );
  });
});

describe("a candidate", () => {
  test("of an older round is nothing, and of a later one comes too early", () => {
    const run = runTo("connected");
    run.say(alicePhone, nextOffer);
    expect(outcomeOf(run.say(alicePhone, aCandidate(1, 0)))).toBe("ignored");
    expect(outcomeOf(run.say(alicePhone, aCandidate(1, 2)))).toBe("wrong-state");
    expect(outcomeOf(run.say(bobPhone, aCandidate(1, 1)))).toBe("wrong-state");
    expect(outcomeOf(run.say(alicePhone, aCandidate(1, 1)))).toBe("moved");
  });

  test("is counted anew in each round", () => {
    const run = runTo("connected");
    const flood = (round: number) =>
      Array.from({ length: limits.candidatesPerPartyMax + 1 }, (_, number) =>
        outcomeOf(run.say(alicePhone, aCandidate(number, round))),
      );
    expect(flood(0).at(-1)).toBe("too-many-requests");
    run.say(alicePhone, nextOffer);
    expect(flood(1).filter((outcome) => outcome === "moved")).toHaveLength(
      limits.candidatesPerPartyMax,
    );
  });

  test("that shows an address in a direct call is passed on, counted and not kept", () => {
    const run = runTo("connected");
    run.call = { ...run.call, route: "direct" };
    run.say(alicePhone, aCandidate(9));
    expect(run.toldTo(bobPhone).at(-1)).toBe("candidate:9");
    expect(roundOf(run.call).candidateCount.caller).toBe(1);
    expect(roundOf(run.call).candidates.caller).toEqual([]);
  });
});

describe("asking for another round", () => {
  test("is passed on to the calling device, each time", () => {
    const run = runTo("reconnecting");
    for (const isNewConnection of [false, true, false]) {
      run.say(bobPhone, { type: "restart", round: 0, isNewConnection });
    }
    const byANew = "leave round 0, by a new connection";
    // A page that has lost its connection needs a new one, whatever it asked before.
    expect(run.toldTo(alicePhone).slice(-3)).toEqual(["leave round 0", byANew, byANew]);
  });

  test("of a round that was left already is nothing", () => {
    const run = runTo("connected");
    run.say(alicePhone, nextOffer);
    const late = run.say(bobPhone, { type: "restart", round: 0, isNewConnection: true });
    expect(outcomeOf(late)).toBe("ignored");
  });

  test("is not there before there was a round", () => {
    const run = runTo("connecting");
    const early = run.say(bobPhone, { type: "restart", round: 0, isNewConnection: true });
    expect(outcomeOf(early)).toBe("wrong-state");
  });
});

describe("media", () => {
  test("that came by an earlier round connects a call whose next one is not answered yet", () => {
    const run = runTo("connecting");
    run.say(bobPhone, anAnswer);
    run.say(alicePhone, nextOffer);
    run.say(alicePhone, "media-connected");
    run.say(bobPhone, "media-connected");
    expect(run.call.state).toBe("connected");
  });
});

describe("the place of a device", () => {
  test("has everything of the round that was lost on the way", () => {
    const run = runTo("connected");
    run.say(alicePhone, nextOffer);
    run.say(alicePhone, aCandidate(1, 1));
    run.say(alicePhone, aCandidate(2, 1));
    run.say(bobPhone, nextAnswer);
    run.say(bobPhone, aCandidate(3, 1));
    run.say(bobPhone, { type: "restart", round: 1, isNewConnection: true });
    const round = {
      round: 1,
      isNewConnection: false,
      offer: { description: "the next offer" },
      answer: { description: "the next answer" },
      restart: { isNewConnection: true },
    };
    expect(placeIn(run.call, alicePhone)).toMatchObject({ ...round, candidatesHeard: 2 });
    expect(placeIn(run.call, bobPhone)).toMatchObject({ ...round, candidatesHeard: 1 });
    expect(placeIn(run.call, bobPhone)?.candidates.map((one) => one.candidate)).toEqual([
      "candidate:1",
      "candidate:2",
    ]);
  });

  test("is there while it rings for the calling device alone", () => {
    const run = runTo("ringing");
    run.say(alicePhone, anOffer);
    expect(placeIn(run.call, alicePhone)).toMatchObject({
      round: 0,
      offer: { description: "the caller's offer" },
    });
    for (const device of [aliceLaptop, bobPhone, bobLaptop, malloryPhone]) {
      expect(placeIn(run.call, device)).toBeNull();
    }
  });

  test.each(["connecting", "connected", "reconnecting"] as const)(
    "is on one device of each account while %s, and nowhere when it is over",
    (state) => {
      const run = runTo(state);
      const devices = [alicePhone, aliceLaptop, bobPhone, bobLaptop, malloryPhone];
      const havePlace = () => devices.map((device) => placeIn(run.call, device) !== null);
      expect(havePlace()).toEqual([true, false, true, false, false]);
      run.say(alicePhone, "hang-up");
      expect(havePlace()).toEqual([false, false, false, false, false]);
    },
  );
});
