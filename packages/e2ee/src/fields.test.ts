import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFields, encodeFields } from "./fields.ts";

const field = fc.uint8Array({ maxLength: 300 });
const label = fc.stringMatching(/^[a-z0-9: ]{1,40}$/);

test("what was written is read back", () => {
  fc.assert(
    fc.property(label, fc.array(field, { maxLength: 8 }), (name, fields) => {
      const read = decodeFields(name, encodeFields(name, fields));
      expect(read?.map((each) => [...each])).toEqual(fields.map((each) => [...each]));
    }),
  );
});

test("no two lists of fields have the same bytes", () => {
  const list = fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 4 });
  fc.assert(
    fc.property(list, list, (left, right) => {
      const areAlike =
        JSON.stringify(left.map((f) => [...f])) === JSON.stringify(right.map((f) => [...f]));
      const bytes = [encodeFields("a", left), encodeFields("a", right)].map((each) => each.join());
      expect(bytes[0] === bytes[1]).toBe(areAlike);
    }),
  );
});

test("fields under another label are none", () => {
  const bytes = encodeFields("offer", [Uint8Array.of(1)]);
  expect(decodeFields("answer", bytes)).toBeNull();
});

test.each([
  ["nothing", []],
  ["half a length", [0]],
  ["a field that ends early", [0, 1, 97, 0, 5, 1]],
  ["half of the next length", [0, 1, 97, 0]],
])("%s is no list of fields", (_, bytes) => {
  expect(decodeFields("a", Uint8Array.from(bytes))).toBeNull();
});

test("a field that is too long for its length is a broken program", () => {
  expect(() => encodeFields("a", [new Uint8Array(65_536)])).toThrow(RangeError);
});
