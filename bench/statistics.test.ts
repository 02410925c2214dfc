import { describe, expect, it } from "vitest";
import { quantile, rounded, spreadOf } from "./statistics.ts";

describe("a spread", () => {
  it("does not depend on the order of the rounds", () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  });

  it("of an even number of rounds has the middle of the two as its median", () => {
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
  });

  it("of nothing is an error and no figure", () => {
    expect(() => spreadOf([])).toThrow("no values");
  });
});

it("a quantile between two values is interpolated", () => {
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
});

it("rounding cuts digits off", () => {
  expect(rounded(4.23456, 2)).toBe(4.23);
});
