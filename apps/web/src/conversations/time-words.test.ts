import { describe, expect, it } from "vitest";
import { dayWords, shortWhen, timeOfDay } from "./time-words.ts";

const now = new Date(2026, 4, 14, 0, 10).getTime();

describe("the day of a message", () => {
  it("is counted by the calendar, not by 24 hours", () => {
    expect(dayWords(new Date(2026, 4, 14, 0, 1).getTime(), now)).toBe("Today");
    expect(dayWords(new Date(2026, 4, 13, 23, 59).getTime(), now)).toBe("Yesterday");
  });

  it("is a weekday within the week and a date before", () => {
    const tuesday = new Date(2026, 4, 12, 9, 0);
    expect(dayWords(tuesday.getTime(), now)).toBe(
      tuesday.toLocaleDateString([], { weekday: "long" }),
    );
    expect(dayWords(new Date(2025, 4, 12).getTime(), now)).toContain("2025");
  });
});

describe("when a conversation was last written in", () => {
  it("is the time today, and then ever coarser", () => {
    const thisMorning = new Date(2026, 4, 14, 0, 5).getTime();
    expect(shortWhen(thisMorning, now)).toBe(timeOfDay(thisMorning));
    expect(shortWhen(new Date(2026, 4, 13, 12, 0).getTime(), now)).toBe("Yesterday");
  });

  it("takes a clock that is a little ahead for today", () => {
    expect(shortWhen(now + 60_000, now)).toBe(timeOfDay(now + 60_000));
  });
});
