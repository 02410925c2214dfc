import type { Grant } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { momentWords } from "../conversations/time-words.ts";
import { grantWords, pauseWords } from "./grant-words.ts";

const now = new Date(2026, 4, 14, 12, 0).getTime();
const tomorrow = new Date(2026, 4, 15, 14, 5).getTime();
const always: Grant = { kind: "always", until: null, mayBreakThrough: false, pausedUntil: null };

describe("the words for a right to ring", () => {
  test.each<[Grant["kind"], number | null, string]>([
    ["always", null, "may always ring"],
    ["until", tomorrow, `may ring, until ${momentWords(tomorrow, now)}`],
    ["once", tomorrow, `may ring once, until ${momentWords(tomorrow, now)}`],
  ])("%s", (kind, until, words) => {
    expect(grantWords({ ...always, kind, until }, now)).toBe(words);
  });

  test("say that it is paused for as long as it is, and never of one that breaks through", () => {
    const paused = { ...always, pausedUntil: tomorrow };
    expect(pauseWords(always, now)).toBeNull();
    expect(pauseWords(paused, now)).toContain(momentWords(tomorrow, now));
    expect(pauseWords(paused, tomorrow)).toBeNull();
    expect(pauseWords({ ...paused, mayBreakThrough: true }, now)).toBeNull();
  });
});
