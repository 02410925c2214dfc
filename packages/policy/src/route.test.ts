import { describe, expect, test } from "vitest";
import { type AddressChoice, routeBetween, showsAddress } from "./route.ts";

const choices: [string, AddressChoice, boolean][] = [
  ["hides it", { hideAddress: true, exception: null }, false],
  ["hides it, but not here", { hideAddress: true, exception: "show" }, true],
  ["hides it, and here too", { hideAddress: true, exception: "hide" }, false],
  ["shows it", { hideAddress: false, exception: null }, true],
  ["shows it, but not here", { hideAddress: false, exception: "hide" }, false],
  ["shows it, and here too", { hideAddress: false, exception: "show" }, true],
];

describe("the address of somebody who", () => {
  test.each(choices)("%s", (_, choice, isShown) => {
    expect(showsAddress(choice)).toBe(isShown);
  });
});

describe("a call is direct only where both show their address", () => {
  const pairs = choices.flatMap((one) => choices.map((other) => [one, other] as const));
  test.each(pairs.map(([one, other]) => [one[0], other[0], one, other] as const))(
    "one %s, the other %s",
    (_, __, [, one, oneShows], [, other, otherShows]) => {
      expect(routeBetween(one, other)).toBe(oneShows && otherShows ? "direct" : "relayed");
    },
  );
});
