import { expect, test } from "vitest";
import { asciiText, base64, equalInConstantTime } from "./bytes.ts";

test("RFC 4648 §10: the vectors of base 64", () => {
  for (const text of ["", "f", "fo", "foo", "foob", "fooba", "foobar"]) {
    expect(base64(Buffer.from(text))).toBe(Buffer.from(text).toString("base64"));
  }
});

test("bytes are equal when all of them are", () => {
  expect(equalInConstantTime(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3))).toBe(true);
  expect(equalInConstantTime(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 4))).toBe(false);
  expect(equalInConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
});

/** Bytes that count how often they are looked at. */
function watched(bytes: readonly number[]): { readonly bytes: Uint8Array; looks(): number } {
  let looks = 0;
  const proxy = new Proxy(Uint8Array.from(bytes), {
    get(target, name) {
      if (typeof name === "string" && /^\d+$/.test(name)) looks++;
      return Reflect.get(target, name, target);
    },
  });
  return { bytes: proxy, looks: () => looks };
}

test("bytes are compared to the end, wherever they differ: the time tells nothing", () => {
  const secret = [1, 2, 3, 4];
  for (const guess of [secret, [9, 2, 3, 4], [1, 2, 3, 9], [9, 9, 9, 9]]) {
    const [left, right] = [watched(secret), watched(guess)];
    equalInConstantTime(left.bytes, right.bytes);
    expect([left.looks(), right.looks()]).toEqual([4, 4]);
  }
});

test("text that holds a NUL, a control character or anything beyond ASCII is none", () => {
  expect(asciiText(Buffer.from("a b~"))).toBe("a b~");
  for (const text of ["a\0", "\n", "\x7f", "é"]) {
    expect(asciiText(Buffer.from(text))).toBeUndefined();
  }
});
