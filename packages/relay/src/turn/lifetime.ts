import type { RelayLimits } from "../limits.ts";
import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import { findAttribute, type StunMessage } from "../stun/message.ts";

/**
 * LIFETIME (RFC 8656 §18.2) of a request, in milliseconds.
 *
 * @returns nothing where the client names none; `malformed` where it is not four bytes
 */
export function requestedLifetime(message: StunMessage): number | undefined | "malformed" {
  const value = findAttribute(message, attributeType.lifetime);
  if (value === undefined) return undefined;
  if (value.length !== 4) return "malformed";
  return new DataView(value.buffer, value.byteOffset).getUint32(0) * 1_000;
}

/**
 * RFC 8656 §7.2: a longer lifetime is granted up to the server's maximum; with a shorter one, or
 * none, the client gets the default.
 */
export function grantedLifetime(limits: RelayLimits, requestedMs: number | undefined): number {
  return Math.max(
    limits.allocationLifetimeMs,
    Math.min(requestedMs ?? 0, limits.allocationLifetimeMsMax),
  );
}

export function encodeLifetime(lifetimeMs: number): StunAttribute {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, Math.floor(lifetimeMs / 1_000));
  return { type: attributeType.lifetime, value };
}
