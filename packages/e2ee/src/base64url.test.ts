import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { base64url, fromBase64url } from "./base64url.ts";

test("it is what RFC 4648 §5 says, without padding, and back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = base64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64url"));
      expect([...(fromBase64url(text) ?? [])]).toEqual([...bytes]);
    }),
  );
});

test.each([
  ["padding", "AA=="],
  ["a character of the other alphabet", "ab+/"],
  ["a length that no bytes have", "A"],
  ["bits that are left over", "AB"],
  ["a space", "AA AA"],
])("%s is refused, so that bytes have one text only", (_, text) => {
  expect(fromBase64url(text)).toBeNull();
});
