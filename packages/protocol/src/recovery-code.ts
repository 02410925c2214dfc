import { z } from "zod";
import { limits } from "./limits.ts";

/** Crockford's base 32: without I, L, O and U, which are read or heard as others. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const groupCharacters = 4;

/** 135 of their bits are used, five for each character but the last. */
export const recoveryCodeRandomBytes = 17;

/**
 * A recovery code as it is compared: 28 characters of `alphabet`, of which the last is made from the
 * others. What people type is read as Crockford says: capitals or not, O as 0, I and L as 1, and
 * with any hyphens and spaces or none.
 */
export const RecoveryCode = z
  .string()
  .max(limits.recoveryCodeTypedCharactersMax, "This is longer than a recovery code.")
  .transform((typed) =>
    typed
      .toUpperCase()
      .replaceAll(/[\s\p{Pd}]/gu, "")
      .replaceAll("O", "0")
      .replaceAll(/[IL]/g, "1"),
  )
  .pipe(
    z
      .string()
      .regex(
        new RegExp(`^[${alphabet}]{${limits.recoveryCodeCharacters}}$`),
        "A recovery code has 28 letters and digits, in seven groups of four.",
      )
      .refine(
        (code) => foldOf(code) === 0,
        "A character of this code is not as it was. Compare it with what you kept.",
      )
      .brand<"RecoveryCode">(),
  );
export type RecoveryCode = z.infer<typeof RecoveryCode>;

/** @param random exactly `recoveryCodeRandomBytes` bytes from a cryptographic source */
export function makeRecoveryCode(random: Uint8Array): RecoveryCode {
  if (random.length !== recoveryCodeRandomBytes) {
    throw new RangeError("a recovery code takes 17 random bytes");
  }
  let code = "";
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) code += alphabet.charAt((held >> (bits - 5)) & 31);
    held &= 31;
  }
  return RecoveryCode.parse(code + alphabet.charAt(timesTwo(foldOf(code))));
}

/** In groups, for reading and typing: `7K4M-0QZX-...`. */
export function showRecoveryCode(code: RecoveryCode): string {
  return (code.match(new RegExp(`.{${groupCharacters}}`, "g")) ?? []).join("-");
}

/**
 * A polynomial over the field of 32 elements, at the element 2. That has the order 31, so that each
 * place has a weight of its own: one character that changed is noticed, and any two that changed
 * places.
 */
function foldOf(code: string): number {
  let sum = 0;
  for (const character of code) sum = timesTwo(sum) ^ alphabet.indexOf(character);
  return sum;
}

/** In GF(2^5), modulo x^5 + x^2 + 1. */
function timesTwo(element: number): number {
  const doubled = element << 1;
  return doubled > 31 ? doubled ^ 0b100101 : doubled;
}
