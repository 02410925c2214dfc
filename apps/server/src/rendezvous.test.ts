import { describe, expect, test } from "vitest";
import { pickMember } from "./rendezvous.ts";

const keys = Array.from({ length: 12_000 }, (_, index) => `call-${index}`);
const names = (count: number) => Array.from({ length: count }, (_, index) => `relay-${index}`);
const pickAll = (members: readonly string[]) => keys.map((key) => pickMember(key, members));

describe("the member of a key", () => {
  test("is nobody among none, and the only one among one", () => {
    expect(pickMember("call", [])).toBeNull();
    expect(pickMember("call", ["relay"])).toBe("relay");
  });

  test("is the same in whatever order the members are known", () => {
    expect(pickAll(names(5))).toEqual(pickAll(names(5).toReversed()));
  });

  test.each([2, 3, 5, 12])("is each of %i members about as often", (count) => {
    const fair = keys.length / count;
    const picked = Object.groupBy(pickAll(names(count)), (member) => member ?? "");
    expect(Object.keys(picked)).toHaveLength(count);
    // Six standard deviations, for keys that are always the same.
    const slack = 6 * Math.sqrt(fair);
    for (const share of Object.values(picked)) {
      expect(Math.abs((share?.length ?? 0) - fair)).toBeLessThan(slack);
    }
  });

  test.each([2, 3, 8])("stays where one of %i goes, for the keys of the others", (count) => {
    const before = pickAll(names(count));
    const after = pickAll(names(count).filter((name) => name !== "relay-1"));
    const moved = keys.filter((_, index) => before[index] !== after[index]);
    expect(moved).toHaveLength(before.filter((member) => member === "relay-1").length);
  });

  test.each([1, 3, 8])("moves to one that is added to %i, or stays where it is", (count) => {
    const before = pickAll(names(count));
    const after = pickAll([...names(count), "added"]);
    const elsewhere = after.filter((member, index) => member !== before[index]);
    expect(new Set(elsewhere)).toEqual(new Set(["added"]));
    expect(elsewhere.length).toBeLessThan((keys.length / (count + 1)) * 1.2);
  });
});
