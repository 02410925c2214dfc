import { describe, expect, it } from "vitest";
import { clockOf, lengthOf } from "./duration.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

describe("the clock of a call", () => {
  it("counts seconds, minutes and then hours", () => {
    expect(clockOf(7.9 * secondMs)).toBe("0:07");
    expect(clockOf(12 * minuteMs + 34 * secondMs)).toBe("12:34");
    expect(clockOf(hourMs + 2 * minuteMs + 3 * secondMs)).toBe("1:02:03");
  });

  it("never runs backwards from zero", () => {
    expect(clockOf(-5)).toBe("0:00");
  });
});

describe("the length of a call", () => {
  it("is told in minutes and hours", () => {
    expect(lengthOf(59 * secondMs)).toBe("under 1 min");
    expect(lengthOf(12 * minuteMs + 59 * secondMs)).toBe("12 min");
    expect(lengthOf(2 * hourMs)).toBe("2 h");
    expect(lengthOf(hourMs + 5 * minuteMs)).toBe("1 h 5 min");
  });
});
