import { expect, it } from "vitest";
import { fitLine } from "./fit.ts";

it("a fit finds the line that points lie on", () => {
  const points = [25, 50, 200].map((x) => ({ x, y: 3 + 0.25 * x }));
  const { base, perX, share } = fitLine(points);
  expect([base, perX, share].map((value) => Number(value.toFixed(6)))).toEqual([3, 0.25, 1]);
});

it("a fit says how little of scattered points it tells", () => {
  const points = [0, 9, 1, 8].map((y, x) => ({ x, y }));
  expect(fitLine(points).share).toBeLessThan(0.5);
});

it("a fit through one value of x is refused", () => {
  expect(() => fitLine([{ x: 1, y: 1 }])).toThrow(RangeError);
});
