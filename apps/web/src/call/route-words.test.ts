import { Handle } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { routeWords } from "./route-words.ts";

const bob = { handle: Handle.parse("bob"), displayName: "Bob" };

describe("what is said of addresses", () => {
  test("in a relayed call does not hang on anything else", () => {
    for (const phase of ["ringing", "connecting", "connected"] as const) {
      const words = routeWords("relayed", { phase, path: null, with: bob });
      expect(words).toBe("Addresses hidden from each other: relayed");
    }
  });

  test.each([
    ["ringing", null, /^Direct, if @bob answers: you will then see/],
    ["connecting", null, /^Direct: you may see/],
    ["connected", null, /^Direct: you may see/],
    ["connected", "direct", /^Direct: you see/],
    ["connected", "relayed", /^Relayed, .+ may still see each other's internet address$/],
    ["reconnecting", "direct", /^Direct: you see/],
  ] as const)("in a direct call that is %s, by path %s", (phase, path, words) => {
    expect(routeWords("direct", { phase, path, with: bob })).toMatch(words);
  });
});
