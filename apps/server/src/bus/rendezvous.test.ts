import { expect, test } from "vitest";
import { chosenFor } from "./rendezvous.ts";

const keys = Array.from({ length: 1_000 }, (_, key) => `${key}`);

test("everybody who knows the same ones says the same, in whatever order they know them", () => {
  for (const key of keys)
    expect(chosenFor(key, ["a", "b", "c"])).toBe(chosenFor(key, ["c", "a", "b"]));
});

test("when one goes only its own keys move, and the others share them", () => {
  const before = keys.map((key) => chosenFor(key, ["a", "b", "c"]));
  const after = keys.map((key) => chosenFor(key, ["a", "b"]));
  const stayed = (chosen: string | undefined, index: number) => before[index] !== "c" && chosen;
  expect(after.map(stayed)).toEqual(before.map(stayed));
  const moved = after.filter((_, index) => before[index] === "c");
  expect(moved.length).toBeGreaterThan(200);
  for (const one of ["a", "b"])
    expect(moved.filter((chosen) => chosen === one).length).toBeGreaterThan(moved.length / 4);
});

test("nobody is chosen of nobody", () => {
  expect(chosenFor("key", [])).toBeUndefined();
});
