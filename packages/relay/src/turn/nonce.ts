import { asciiBytes, asciiText, base64, equalInConstantTime } from "../stun/bytes.ts";
import type { FiveTuple } from "./five-tuple.ts";
import type { RelayState } from "./relay-state.ts";

/** Seconds in base 36, good until the year 4453. */
const expiryCharacters = 7;
/** 78 bits: a 401 has to stay within 60 bytes, and a guess costs a packet. */
const proofCharacters = 13;

/**
 * Makes a NONCE (RFC 8489 §14.10) that only this five-tuple can use, and only for a time. The relay
 * keeps nothing: the nonce is its own expiry and an HMAC over that and the five-tuple.
 */
export function makeNonce(state: RelayState, tuple: FiveTuple, now: number): Uint8Array {
  const expiresAt = Math.floor((now + state.limits.nonceLifetimeMs) / 1_000);
  return nonceUntil(state, tuple, expiresAt);
}

/** Whether a nonce was made here for this five-tuple and has not expired. */
export function isNonceFresh(
  state: RelayState,
  tuple: FiveTuple,
  nonce: Uint8Array,
  now: number,
): boolean {
  if (nonce.length !== expiryCharacters + proofCharacters) return false;
  const expiry = asciiText(nonce.subarray(0, expiryCharacters));
  if (expiry === undefined || !/^[0-9a-z]+$/.test(expiry)) return false;
  const expiresAt = Number.parseInt(expiry, 36);
  if (expiresAt * 1_000 <= now) return false;
  return equalInConstantTime(nonce, nonceUntil(state, tuple, expiresAt));
}

function nonceUntil(state: RelayState, tuple: FiveTuple, expiresAt: number): Uint8Array {
  const expiry = expiresAt.toString(36).padStart(expiryCharacters, "0");
  const proof = state.crypto.hmacSha256(state.nonceKey, asciiBytes(`${expiry} ${tuple.key}`));
  return asciiBytes(expiry + base64(proof).slice(0, proofCharacters));
}
