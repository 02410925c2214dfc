import { describe, expect, test } from "vitest";
import {
  RecoveryCode,
  makeRecoveryCode,
  recoveryCodeRandomBytes,
  showRecoveryCode,
} from "./recovery-code.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const bytes = Uint8Array.from({ length: recoveryCodeRandomBytes }, (_, index) => index * 37 + 11);
const code = makeRecoveryCode(bytes);
const isRight = (typed: string) => RecoveryCode.safeParse(typed).success;

describe("a recovery code", () => {
  test("is shown in seven groups of four, and read back as itself", () => {
    const shown = showRecoveryCode(code);
    expect(shown).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(RecoveryCode.parse(shown)).toBe(code);
  });

  test.each([
    ["without its hyphens", (shown: string) => shown.replaceAll("-", "")],
    ["in small letters, with spaces", (shown: string) => shown.toLowerCase().replaceAll("-", " ")],
    ["with a long dash, as a word processor makes it", (shown) => shown.replaceAll("-", "–")],
    ["with O for 0 and I for 1", (shown) => shown.replaceAll("0", "O").replaceAll("1", "i")],
    ["with l for 1", (shown) => shown.replaceAll("1", "l")],
    ["copied with the line break behind it", (shown) => `  ${shown}\n`],
  ] satisfies [string, (shown: string) => string][])("is read %s", (_, write) => {
    for (let first = 0; first < 32; first++) {
      const one = makeRecoveryCode(bytes.with(0, first * 8));
      expect(RecoveryCode.parse(write(showRecoveryCode(one)))).toBe(one);
    }
  });

  test("with any one character changed is noticed", () => {
    for (let place = 0; place < code.length; place++) {
      const others = alphabet.split("").filter((letter) => letter !== code.charAt(place));
      const changed = others.map((letter) => code.slice(0, place) + letter + code.slice(place + 1));
      expect(changed.filter(isRight)).toEqual([]);
    }
  });

  test("with any two characters swapped is noticed", () => {
    const swaps: string[] = [];
    for (let place = 0; place < code.length; place++) {
      for (let other = place + 1; other < code.length; other++) {
        const letters = code.split("");
        [letters[place], letters[other]] = [letters[other] ?? "", letters[place] ?? ""];
        swaps.push(letters.join(""));
      }
    }
    const others = swaps.filter((swapped) => swapped !== code);
    expect(others.length).toBeGreaterThan(300);
    expect(others.filter(isRight)).toEqual([]);
  });

  test.each(["", code.slice(1), `${code}0`, code.replace(/.$/, "U"), "x".repeat(101)])(
    "is not %j",
    (typed) => {
      expect(isRight(typed)).toBe(false);
    },
  );

  test("has every bit of the random bytes but the last, and is not made from fewer", () => {
    const flipped = bytes.map((byte, index) => (index === 16 ? byte ^ 0b10 : byte));
    expect(makeRecoveryCode(flipped)).not.toBe(code);
    expect(() => makeRecoveryCode(bytes.slice(1))).toThrow(RangeError);
  });
});
