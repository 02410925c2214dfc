import { expect, test } from "vitest";
import { Dice } from "./dice.ts";
import { mixes, outcomes, wishCall } from "./mix.ts";

const some = { mix: mixes.default, mediaShare: 0.1, mustAnswer: false };

function wishes(seed: number, count = 4_000, parts = some) {
  const dice = new Dice(seed);
  return Array.from({ length: count }, () => wishCall(dice, parts));
}

test("the same seed wishes for the same calls, another for others", () => {
  expect(wishes(7, 50)).toEqual(wishes(7, 50));
  expect(wishes(8, 50)).not.toEqual(wishes(7, 50));
});

test("calls end as often in each way as the mix says", () => {
  const made = wishes(1);
  for (const outcome of outcomes) {
    const share = made.filter((wish) => wish.outcome === outcome).length / made.length;
    expect(share).toBeCloseTo(mixes.default.outcomes[outcome] / 100, 1);
  }
  expect(made.filter(({ hasMedia }) => hasMedia).length / made.length).toBeCloseTo(0.1, 1);
  expect(made.filter(({ kind }) => kind === "video").length / made.length).toBeCloseTo(0.2, 1);
});

test("nobody waits or talks longer than the mix allows", () => {
  const made = wishes(2);
  expect(Math.max(...made.map(({ talkMs }) => talkMs))).toBeLessThanOrEqual(40_000);
  expect(Math.max(...made.map(({ ringMs }) => ringMs))).toBeLessThanOrEqual(10_000);
});

test("two who have missed each other too often are sure to speak", () => {
  const made = wishes(3, 200, { ...some, mustAnswer: true });
  expect(new Set(made.map(({ outcome }) => outcome))).toEqual(new Set(["answered"]));
});
