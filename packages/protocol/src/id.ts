import { z } from "zod";

/**
 * Ids are 26 characters of Crockford base 32 in lower case: 48 bits of Unix time in milliseconds,
 * then 80 random bits. They sort by the time they were made, so that "the older call" and "the
 * messages before this one" are comparisons of strings, on every database alike.
 */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const idPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

export const idRandomBytes = 10;

export const AccountId = z.string().regex(idPattern).brand<"AccountId">();
export type AccountId = z.infer<typeof AccountId>;

export const DeviceId = z.string().regex(idPattern).brand<"DeviceId">();
export type DeviceId = z.infer<typeof DeviceId>;

export const CallId = z.string().regex(idPattern).brand<"CallId">();
export type CallId = z.infer<typeof CallId>;

export const MessageId = z.string().regex(idPattern).brand<"MessageId">();
export type MessageId = z.infer<typeof MessageId>;

export const ConversationId = z.string().regex(idPattern).brand<"ConversationId">();
export type ConversationId = z.infer<typeof ConversationId>;

export const AskId = z.string().regex(idPattern).brand<"AskId">();
export type AskId = z.infer<typeof AskId>;

export const InvitationId = z.string().regex(idPattern).brand<"InvitationId">();
export type InvitationId = z.infer<typeof InvitationId>;

export const ReportId = z.string().regex(idPattern).brand<"ReportId">();
export type ReportId = z.infer<typeof ReportId>;

export const PasskeyId = z.string().regex(idPattern).brand<"PasskeyId">();
export type PasskeyId = z.infer<typeof PasskeyId>;

/**
 * Makes the text of an id.
 *
 * @param now Unix time in milliseconds, below 2^48
 * @param random exactly `idRandomBytes` bytes from a cryptographic source
 */
export function makeId(now: number, random: Uint8Array): string {
  if (random.length !== idRandomBytes) throw new RangeError("an id takes 10 random bytes");
  let id = "";
  for (let time = now, digit = 0; digit < 10; digit++, time = Math.floor(time / 32)) {
    id = digitOf(time % 32) + id;
  }
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) id += digitOf((held >> (bits - 5)) & 31);
    held &= 31;
  }
  return id;
}

/** When an id was made: Unix time in milliseconds. */
export function timeOfId(id: string): number {
  let time = 0;
  for (const digit of id.slice(0, 10)) time = time * 32 + alphabet.indexOf(digit);
  return time;
}

/**
 * Makes an id that sorts after another, also where two are made in one millisecond or the clock
 * stepped back: it is then the other's successor.
 *
 * @param previous the id to stand behind; null for none
 */
export function makeIdAfter(previous: string | null, now: number, random: Uint8Array): string {
  const id = makeId(now, random);
  return previous === null || id > previous ? id : successorOf(previous);
}

function successorOf(id: string): string {
  const kept = id.replace(/z+$/, "");
  const digit = alphabet.indexOf(kept.slice(-1));
  return (kept.slice(0, -1) + digitOf(digit + 1)).padEnd(id.length, digitOf(0));
}

function digitOf(value: number): string {
  return alphabet.charAt(value);
}
