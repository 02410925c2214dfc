import { describe, expect, it } from "vitest";
import { dayWords, momentWords, shortWhen, timeOfDay } from "./time-words.ts";

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

const afternoonOf = (day: number) => new Date(2026, 4, day, 14, 5).getTime();

describe("a moment to come", () => {
  it("is near by name and then a date, always with its time", () => {
    const time = timeOfDay(afternoonOf(14));
    expect(momentWords(afternoonOf(14), now)).toBe(`today, ${time}`);
    expect(momentWords(afternoonOf(15), now)).toBe(`tomorrow, ${time}`);
    expect(momentWords(afternoonOf(20), now)).toContain("20");
    expect(momentWords(afternoonOf(20), now)).toContain(time);
  });
});
