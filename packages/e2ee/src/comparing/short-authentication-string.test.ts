import { expect, test } from "vitest";
import { calleeNonce, callerNonce } from "../test/two-ends.ts";
import { filled, flipped, webCrypto } from "../test/web-crypto.ts";
import { emojis } from "./emoji.ts";
import {
  commitTo,
  opensCommitment,
  shortAuthenticationString,
} from "./short-authentication-string.ts";

const start = { offer: filled(32, 1), answer: filled(32, 2), callerNonce, calleeNonce };

test("there are 64 emoji, each with a picture and a word of its own", () => {
  expect(emojis).toHaveLength(64);
  expect(new Set(emojis.map(({ picture }) => picture)).size).toBe(64);
  expect(new Set(emojis.map(({ word }) => word)).size).toBe(64);
  expect(emojis.every(({ picture, word }) => picture !== "" && /^[a-z]+$/.test(word))).toBe(true);
});

test("two ends that saw the same see the same four emoji", async () => {
  const one = await shortAuthenticationString(webCrypto, start);
  const other = await shortAuthenticationString(webCrypto, { ...start });
  expect(one).toHaveLength(4);
  expect(other).toEqual(one);
});

test.each(["offer", "answer", "callerNonce", "calleeNonce"] as const)(
  "one bit of the %s changes them",
  async (name) => {
    const one = await shortAuthenticationString(webCrypto, start);
    const changed = { ...start, [name]: flipped(start[name], 100) };
    expect(await shortAuthenticationString(webCrypto, changed)).not.toEqual(one);
  },
);

test("every emoji comes, at every place, about as often as any other", async () => {
  const counts = [0, 1, 2, 3].map(() => new Map<string, number>());
  const strings = 1600;
  for (let index = 0; index < strings; index++) {
    const nonce = filled(32, index & 0xff);
    nonce[1] = index >> 8;
    const string = await shortAuthenticationString(webCrypto, { ...start, callerNonce: nonce });
    for (const [place, { word }] of string.entries()) {
      counts[place]?.set(word, (counts[place].get(word) ?? 0) + 1);
    }
  }
  // 25 are expected of each, with a standard deviation of 5.
  for (const count of counts) {
    expect(count.size).toBe(64);
    expect(Math.min(...count.values())).toBeGreaterThan(0);
    expect(Math.max(...count.values())).toBeLessThan(60);
  }
});

test("a commitment is opened by its nonce and by no other", async () => {
  const commitment = await commitTo(webCrypto, callerNonce);
  expect(await opensCommitment(webCrypto, commitment, callerNonce)).toBe(true);
  expect(await opensCommitment(webCrypto, commitment, calleeNonce)).toBe(false);
  expect(await opensCommitment(webCrypto, commitment, callerNonce.slice(1))).toBe(false);
});
