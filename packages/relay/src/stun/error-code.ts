/** The refusals that this relay gives: RFC 8489 §14.8 and RFC 8656 §19. */
export const stunErrorCodes = [
  400, // Bad Request
  401, // Unauthenticated
  403, // Forbidden
  420, // Unknown Attribute
  437, // Allocation Mismatch
  438, // Stale Nonce
  440, // Address Family not Supported
  441, // Wrong Credentials
  442, // Unsupported Transport Protocol
  443, // Peer Address Family Mismatch
  486, // Allocation Quota Reached
  508, // Insufficient Capacity
] as const;
export type StunErrorCode = (typeof stunErrorCodes)[number];

/**
 * The value of ERROR-CODE (RFC 8489 §14.8): hundreds, then the rest. The reason phrase is for
 * people who read packets and stays empty, which keeps an answer to a stranger small.
 */
export function encodeErrorCode(code: StunErrorCode): Uint8Array {
  return Uint8Array.of(0, 0, Math.floor(code / 100), code % 100);
}
