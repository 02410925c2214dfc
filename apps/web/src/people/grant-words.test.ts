import type { Grant } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { momentWords } from "../conversations/time-words.ts";
import { grantWords, grantedWords, pauseWords } from "./grant-words.ts";

const now = new Date(2026, 4, 14, 12, 0).getTime();
const tomorrow = new Date(2026, 4, 15, 14, 5).getTime();
const always: Grant = { kind: "always", until: null, mayBreakThrough: false, pausedUntil: null };

describe("the words for a right to ring", () => {
  const moment = momentWords(tomorrow, now);
  test.each<[Grant["kind"], number | null, string, string]>([
    ["always", null, "may always ring", "always lets you ring"],
    ["until", tomorrow, `may ring, until ${moment}`, `lets you ring, until ${moment}`],
    ["once", tomorrow, `may ring once, until ${moment}`, `lets you ring once, until ${moment}`],
  ])("%s, for its owner and for the one who has it", (kind, until, owner, other) => {
    expect(grantWords({ ...always, kind, until }, now)).toBe(owner);
    expect(grantedWords({ kind, until }, now)).toBe(other);
  });

  test("say that it is paused for as long as it is, and never of one that breaks through", () => {
    const paused = { ...always, pausedUntil: tomorrow };
    expect(pauseWords(always, now)).toBeNull();
    expect(pauseWords(paused, now)).toContain(momentWords(tomorrow, now));
    expect(pauseWords(paused, tomorrow)).toBeNull();
    expect(pauseWords({ ...paused, mayBreakThrough: true }, now)).toBeNull();
  });
});
