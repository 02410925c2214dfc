import { describe, expect, it } from "vitest";
import { type Look, backAfter, longestGap } from "./sound.ts";

const everyMs = 20;

/** Looks at a player that has something new all the time, but for some silences. */
function looksAt({
  from = 0,
  to,
  silences = [],
}: {
  from?: number;
  to: number;
  silences?: readonly (readonly [from: number, to: number])[];
}): Look[] {
  return Array.from({ length: (to - from) / everyMs + 1 }, (_, index) => {
    const at = from + index * everyMs;
    const silence = silences.find(([begin, end]) => begin <= at && at < end);
    return { at, heardAt: silence?.[0] ?? at };
  });
}

describe("sound is back", () => {
  it("at once where none was missed", () => {
    expect(backAfter(looksAt({ to: 6_000 }), 2_000)).toBe(0);
  });

  it("with the first that is heard after the silence", () => {
    const looks = looksAt({ to: 9_000, silences: [[2_000, 6_500]] });
    expect(backAfter(looks, 6_000)).toBe(500);
  });

  it("and not with what was on its way when the fault came", () => {
    const looks = looksAt({ to: 7_000, silences: [[2_140, 4_000]] });
    expect(backAfter(looks, 2_000)).toBe(2_000);
  });

  it("and not with what goes again", () => {
    const silences = [
      [2_000, 2_600],
      [2_700, 4_000],
    ] as const;
    expect(backAfter(looksAt({ to: 7_000, silences }), 2_000)).toBe(2_000);
  });

  it("at once where the silence was over before the moment", () => {
    const looks = looksAt({ to: 9_000, silences: [[2_000, 5_000]] });
    expect(backAfter(looks, 6_000)).toBe(0);
  });

  it("all the time where nobody looked for a while, and then found something new", () => {
    const looks = [...looksAt({ to: 3_000 }), ...looksAt({ from: 4_000, to: 7_000 })];
    expect(backAfter(looks, 2_000)).toBe(0);
  });

  it.each([
    ["nothing was heard again", looksAt({ to: 60_000, silences: [[2_000, 70_000]] })],
    ["it was not listened to for long enough", looksAt({ to: 5_000, silences: [[2_000, 4_000]] })],
    ["nothing was ever heard", []],
  ])("never where %s", (_why, looks) => {
    expect(backAfter(looks, 2_000)).toBeNull();
  });
});

describe("the longest gap", () => {
  it("is how old the newest sound was at most", () => {
    expect(longestGap(looksAt({ to: 5_000, silences: [[2_000, 2_300]] }), 1_000)).toBe(280);
  });

  it("is nothing where every look found something new", () => {
    expect(longestGap(looksAt({ to: 5_000 }), 1_000)).toBe(0);
  });

  it("begins at the moment at the earliest", () => {
    expect(longestGap(looksAt({ to: 3_000, silences: [[500, 4_000]] }), 1_000)).toBe(2_000);
  });

  it("has no end where nobody could look", () => {
    expect(longestGap([], 1_000)).toBe(Infinity);
  });
});
