import { describe, expect, test } from "vitest";
import {
  comparedBeforeWords,
  comparingReachesWords,
  howToCompareWords,
  levelWords,
  otherIsAskedWords,
  questionWords,
} from "./trust-words.ts";

const levels = ["not-compared", "compared", "linked-to-compared", "changed"] as const;

describe("the words for how far a device is believed", () => {
  test.each([
    ["not-compared", "End-to-end encrypted · not compared"],
    ["compared", "End-to-end encrypted · compared"],
    ["linked-to-compared", "End-to-end encrypted · linked to a compared device"],
    ["changed", "End-to-end encrypted · changed, not compared"],
  ] as const)("%s", (level, words) => {
    expect(levelWords(level)).toBe(words);
  });

  test("claim nothing that the page cannot know", () => {
    const said = [
      ...levels.flatMap((level) => [levelWords(level), comparedBeforeWords(level, "bob") ?? ""]),
      howToCompareWords("bob", true),
      howToCompareWords("bob", false),
    ].join(" ");
    expect(said).not.toMatch(/nobody can listen|secure|safe|verified|guarantee/i);
    expect(comparingReachesWords).toMatch(/cannot check the page itself/);
  });

  test("do not alarm at first contact", () => {
    expect(levelWords("not-compared")).not.toMatch(/warn|danger|risk|unknown/i);
    expect(comparedBeforeWords("not-compared", "bob")).toBeNull();
  });

  test("send two who do not hear each other to another way", () => {
    expect(howToCompareWords("bob", true)).toMatch(/to each other aloud/);
    expect(howToCompareWords("bob", false)).toMatch(/in person, by phone or by another app/);
  });
});

describe("the question before any media", () => {
  test.each([
    ["not-linked", /may be a new phone or computer/],
    ["another-chain", /lost their phone and started again/],
  ] as const)("says what may be behind %s, for the better and for the worse", (change, better) => {
    for (const type of ["call-anyway", "compare-again"] as const) {
      const said = questionWords({ type, change }, "bob");
      expect(said.change).toMatch(better);
      expect(said.change).toMatch(/in the middle, such as this server/);
    }
  });

  test("says that comparing with a device that is not linked counts for this call only", () => {
    const { change } = questionWords({ type: "compare-again", change: "not-linked" }, "bob");
    expect(change).toMatch(/for this call only.*@bob has to link this device/);
    expect(comparedBeforeWords("changed", "bob")).toMatch(/has not linked.*for this call only/);
  });

  test("sends the person to another way than this server, whatever is asked", () => {
    const anyway = questionWords({ type: "call-anyway", change: "not-linked" }, "bob");
    expect(anyway.advice).toMatch(/Messages here pass the same server/);
    const again = questionWords({ type: "compare-again", change: "not-linked" }, "bob");
    expect(again.meanwhile).toMatch(/in person, by phone or by another app/);
  });

  test("says how long the call waits, and that the other side knows why", () => {
    for (const type of ["call-anyway", "compare-again"] as const) {
      const { meanwhile } = questionWords({ type, change: "not-linked" }, "bob");
      expect(meanwhile).toMatch(/waits 5 minutes.*@bob is told that it waits for you/);
    }
    expect(otherIsAskedWords("alice")).toBe(
      "Not connected yet. @alice is asked whether this is you.",
    );
  });

  test("says that nothing is sent or played before the answer", () => {
    const anyway = questionWords({ type: "call-anyway", change: "another-chain" }, "bob");
    expect(anyway.meanwhile).toMatch(/No sound and no picture goes or comes/);
    const again = questionWords({ type: "compare-again", change: "another-chain" }, "bob");
    expect(again.advice).toMatch(/no sound and no picture/);
  });
});
