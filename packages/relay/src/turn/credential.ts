import { asciiBytes, asciiText, base64 } from "../stun/bytes.ts";
import { longTermKey } from "../stun/message-integrity.ts";
import type { StunCrypto } from "../stun/stun-crypto.ts";

/** `a` called, `b` was called. */
export type Party = "a" | "b";

/** The one realm (RFC 8489 §14.9). Four bytes, because a 401 to a stranger has to be small. */
export const realm = "ring";

/** What a user name says: `expiry:callId:party:device`. */
export interface Credential {
  readonly username: string;
  /** Unix time in milliseconds. */
  readonly expiresAt: number;
  readonly callId: string;
  readonly party: Party;
  /** Empty where a relay that runs alone was given none. */
  readonly device: string;
}

/** Two ids of 64 characters, an expiry and a party. RFC 8489 §14.3 would allow 508 bytes. */
const usernameBytesMax = 145;
const usernamePattern = /^(\d{1,11}):([\w.-]{1,64}):([ab])(?::([\w.-]{1,64}))?$/;

/** Reads a user name; anything that is not exactly of that form is nothing. */
export function parseUsername(bytes: Uint8Array): Credential | undefined {
  if (bytes.length > usernameBytesMax) return undefined;
  const username = asciiText(bytes);
  const fields = username === undefined ? null : usernamePattern.exec(username);
  if (username === undefined || fields === null) return undefined;
  return {
    username,
    expiresAt: Number(fields[1]) * 1_000,
    callId: fields[2] ?? "",
    party: fields[3] === "b" ? "b" : "a",
    device: fields[4] ?? "",
  };
}

/**
 * The password of a user name: base64(HMAC-SHA1(secret, username)), the form that is widely used
 * for short-lived TURN credentials and that an operator's own coturn understands.
 */
export function relayPassword(crypto: StunCrypto, secret: Uint8Array, username: string): string {
  return base64(crypto.hmacSha1(secret, asciiBytes(username)));
}

/** The key of MESSAGE-INTEGRITY for a user name: 16 bytes. */
export function relayKey(crypto: StunCrypto, secret: Uint8Array, username: string): Uint8Array {
  const password = asciiBytes(relayPassword(crypto, secret, username));
  return longTermKey(crypto, asciiBytes(username), asciiBytes(realm), password);
}
