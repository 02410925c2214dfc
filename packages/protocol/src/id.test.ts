import { describe, expect, test } from "vitest";
import { AccountId, idRandomBytes, makeId, makeIdAfter, timeOfId } from "./id.ts";

const zeros = new Uint8Array(idRandomBytes);
const ones = new Uint8Array(idRandomBytes).fill(255);

describe("an id", () => {
  test("is 26 characters that its own parser accepts", () => {
    for (const random of [zeros, ones]) {
      const id = makeId(1_750_000_000_000, random);
      expect(id).toHaveLength(26);
      expect(AccountId.parse(id)).toBe(id);
    }
  });

  test("sorts by time whatever its random part", () => {
    expect(makeId(1_000, ones) < makeId(1_001, zeros)).toBe(true);
    expect(makeId(0, zeros)).toBe("0".repeat(26));
    expect(makeId(2 ** 48 - 1, ones)).toBe(`7${"z".repeat(25)}`);
  });

  test("keeps every random bit", () => {
    const seen = new Set<string>();
    for (let bit = 0; bit < 80; bit++) {
      const random = new Uint8Array(idRandomBytes);
      random[bit >> 3] = 128 >> (bit & 7);
      seen.add(makeId(5, random));
    }
    expect(seen.size).toBe(80);
  });

  test("tells when it was made", () => {
    for (const time of [0, 1_750_000_000_123, 2 ** 48 - 1]) {
      expect(timeOfId(makeId(time, ones))).toBe(time);
    }
  });

  test("made after another stands behind it in the same millisecond and when the clock steps back", () => {
    const first = makeId(5_000, ones);
    expect(makeIdAfter(null, 5_000, zeros)).toBe(makeId(5_000, zeros));
    expect(makeIdAfter(first, 5_001, zeros)).toBe(makeId(5_001, zeros));
    expect(makeIdAfter(first, 5_000, zeros)).toBe(makeId(5_001, zeros));
    expect(makeIdAfter(first, 10, ones)).toBe(makeId(5_001, zeros));
    const low = makeId(5_000, zeros);
    expect(makeIdAfter(low, 10, zeros)).toBe(`${low.slice(0, -1)}1`);
  });

  test("refuses a random part of another length", () => {
    expect(() => makeId(1, new Uint8Array(9))).toThrow(RangeError);
  });

  test.each(["", "0".repeat(25), "0".repeat(27), "8".repeat(26), "i".repeat(26), "A".repeat(26)])(
    "text that nobody's id has is refused: %j",
    (text) => expect(AccountId.safeParse(text).success).toBe(false),
  );
});
