import type { RelayedAddress } from "./relayed-address.ts";

/** A channel binding of one allocation: RFC 8656 §12. */
export interface Channel {
  readonly number: number;
  readonly peer: RelayedAddress;
  /** Unix time in milliseconds. */
  expiresAt: number;
}

/**
 * RFC 8656 §12 leaves 0x4000-0x4FFF to channels; RFC 5766 §11 had up to 0x7FFE, and clients that are
 * in use take numbers from there.
 */
export function isChannelNumber(number: number): boolean {
  return number >= 0x4000 && number <= 0x7ffe;
}
