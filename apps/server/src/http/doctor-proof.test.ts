import { expect, test } from "vitest";
import { serverLimits } from "../limits.ts";
import { doctorAuthorization, doctorKey, nonceIn } from "./doctor-proof.ts";

const key = doctorKey("a secret for tests");
const nonce = "a".repeat(22);
const now = 1_700_000_000_000;
const age = serverLimits.doctorProofAgeMsMax;

test.each([
  ["at once", 0, nonce],
  ["a minute later", age, nonce],
  ["where the server's clock is behind", -age, nonce],
  ["later than that", age + 1, undefined],
  ["where its clock is further behind", -age - 1, undefined],
])("what a doctor said is heard %s: %i ms", (_when, later, heard) => {
  expect(nonceIn(doctorAuthorization(key, nonce, now), key, now + later)).toBe(heard);
});

test("what a doctor said is not heard with another time, or of another secret", () => {
  const said = doctorAuthorization(key, nonce, now);
  const later = said.replace(String(now), String(now + 1));
  expect(later).not.toBe(said);
  expect(nonceIn(later, key, now + 1)).toBeUndefined();
  expect(nonceIn(said, doctorKey("another"), now)).toBeUndefined();
  expect(nonceIn(undefined, key, now)).toBeUndefined();
});
