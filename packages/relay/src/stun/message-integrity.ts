import { attributeType } from "./attribute.ts";
import { equalInConstantTime } from "./bytes.ts";
import { type StunMessage, stunHeaderBytes } from "./message.ts";
import type { StunCrypto } from "./stun-crypto.ts";

const integrityBytes = 20;

/**
 * RFC 8489 §9.2.2: the key of a long-term credential,
 * MD5(username ":" OpaqueString(realm) ":" OpaqueString(password)). All three are ASCII here, which
 * OpaqueString leaves as it is.
 */
export function longTermKey(
  crypto: StunCrypto,
  username: Uint8Array,
  realm: Uint8Array,
  password: Uint8Array,
): Uint8Array {
  const text = new Uint8Array(username.length + realm.length + password.length + 2).fill(0x3a);
  text.set(username, 0);
  text.set(realm, username.length + 1);
  text.set(password, username.length + realm.length + 2);
  return crypto.md5(text);
}

/** Whether MESSAGE-INTEGRITY is there and was made with this key over this very message. */
export function hasIntegrity(crypto: StunCrypto, message: StunMessage, key: Uint8Array): boolean {
  const offset = message.integrityOffset;
  if (offset === undefined) return false;
  const { bytes } = message;
  const length = ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0);
  if (length !== integrityBytes) return false;
  const value = bytes.subarray(offset + 4, offset + 4 + integrityBytes);
  return equalInConstantTime(value, integrityOver(crypto, bytes, offset, key));
}

/** Returns the message with MESSAGE-INTEGRITY behind it. */
export function appendIntegrity(
  crypto: StunCrypto,
  bytes: Uint8Array,
  key: Uint8Array,
): Uint8Array {
  const signed = new Uint8Array(bytes.length + 4 + integrityBytes);
  signed.set(bytes);
  const view = new DataView(signed.buffer);
  view.setUint16(2, signed.length - stunHeaderBytes);
  view.setUint16(bytes.length, attributeType.messageIntegrity);
  view.setUint16(bytes.length + 2, integrityBytes);
  signed.set(integrityOver(crypto, signed, bytes.length, key), bytes.length + 4);
  return signed;
}

/**
 * RFC 8489 §14.5: the HMAC is over the message up to the attribute, with a length in its header
 * that ends behind the attribute, whatever really follows.
 */
function integrityOver(
  crypto: StunCrypto,
  bytes: Uint8Array,
  offset: number,
  key: Uint8Array,
): Uint8Array {
  // A copy, also where the bytes are a Buffer, whose own slice() would be a view.
  const covered = Uint8Array.from(bytes.subarray(0, offset));
  new DataView(covered.buffer).setUint16(2, offset + 4 + integrityBytes - stunHeaderBytes);
  return crypto.hmacSha1(key, covered);
}
