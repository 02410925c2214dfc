import { expect, test } from "vitest";
import { filled } from "../test/web-crypto.ts";
import { formatFingerprint, parseFingerprint, sameFingerprint } from "./fingerprint.ts";

const pairs = Array.from({ length: 32 }, () => "AB").join(":");

test("a fingerprint is read in either case and written in one", () => {
  const read = parseFingerprint(`SHA-256 ${pairs.toLowerCase()}`);
  expect(read).toEqual({ algorithm: "sha-256", hash: filled(32, 0xab) });
  expect(read === null ? "" : formatFingerprint(read)).toBe(`sha-256 ${pairs}`);
});

test.each([
  ["a hash that is no longer used", "sha-1 " + pairs.slice(0, 59)],
  ["too few bytes", "sha-256 AB:CD"],
  ["bytes of another hash", `sha-384 ${pairs}`],
  ["digits that are none", `sha-256 ${pairs.replace("AB", "XY")}`],
  ["a pair of one digit", `sha-256 ${pairs.replace("AB", "A")}`],
  ["words behind it", `sha-256 ${pairs} AB`],
  ["the name of something every object has", `constructor ${pairs}`],
  ["nothing", ""],
])("%s is no fingerprint", (_, text) => {
  expect(parseFingerprint(text)).toBeNull();
});

test("two fingerprints are the same where hash and bytes are", () => {
  const one = { algorithm: "sha-256", hash: filled(32, 1) } as const;
  expect(sameFingerprint(one, { ...one, hash: filled(32, 1) })).toBe(true);
  expect(sameFingerprint(one, { ...one, hash: filled(32, 2) })).toBe(false);
  expect(sameFingerprint(one, { algorithm: "sha-512", hash: filled(32, 1) })).toBe(false);
});
