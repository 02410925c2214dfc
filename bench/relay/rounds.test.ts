import { expect, it } from "vitest";
import { figuresOf, ratiosOf, type Run } from "./rounds.ts";

const runs: Run<{ cost: number }>[] = [
  { server: "coturn", round: 1, figures: { cost: 4 } },
  { server: "batched", round: 1, figures: { cost: 2 } },
  { server: "batched", round: 2, figures: { cost: 3 } },
  { server: "coturn", round: 2, failure: "It has ended." },
  { server: "coturn", round: 3, figures: { cost: 10 } },
  { server: "batched", round: 3, figures: { cost: 1 } },
];

it("a ratio is one of the same round, and a round without both has none", () => {
  expect(ratiosOf(runs, "batched", ({ cost }) => cost)).toEqual([0.5, 0.1]);
});

it("a run that failed has no figures", () => {
  expect(figuresOf(runs, "coturn")).toEqual([{ cost: 4 }, { cost: 10 }]);
});
