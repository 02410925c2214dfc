import { expect, it } from "vitest";
import { missingFigures } from "./missing-figures.ts";

const good = { server: "portable", round: 1, figures: { cost: 4, points: [{ x: 1 }] } } as const;

it("nothing is missing when every server has figures", () => {
  expect(missingFigures([good, { ...good, server: "coturn" }], ["portable", "coturn"])).toEqual([]);
});

it.each([
  ["was not measured", []],
  ["failed: It has ended.", [{ server: "portable", round: 1, failure: "It has ended." }]],
  ["no number", [{ ...good, figures: { points: [{ x: Number.NaN }] } }]],
  ["no number", [{ ...good, figures: { points: [] } }]],
] as const)("a server %s", (words, runs) => {
  expect(missingFigures(runs, ["portable"]).join()).toContain(words);
});
