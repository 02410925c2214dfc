import { expect, test } from "vitest";
import type { Bytes } from "../bytes.ts";
import { filled } from "../test/web-crypto.ts";
import { relationOf, rememberChain } from "./chain-memory.ts";
import type { DeviceChain } from "./device-chain.ts";

/** Whose statements hash to bytes of these values. */
function chainOf(...values: number[]): DeviceChain {
  const hashes: Bytes[] = values.map((value) => filled(32, value));
  return { account: "a", hashes, devices: [], additions: [] };
}

const seen = rememberChain(chainOf(1, 2, 3));

test.each([
  ["the same", chainOf(1, 2, 3), "same"],
  ["one that goes on from it", chainOf(1, 2, 3, 4), "longer"],
  ["one that keeps the last line back", chainOf(1, 2), "shorter"],
  ["its beginning alone", chainOf(1), "shorter"],
  ["one that went another way at its end", chainOf(1, 2, 9), "forked"],
  ["one that went another way and is longer", chainOf(1, 9, 8, 4), "forked"],
  ["one with another beginning", chainOf(7, 2, 3), "another"],
] as const)("beside a chain that was seen, %s", (_, chain, relation) => {
  expect(relationOf(seen, chain)).toBe(relation);
});
