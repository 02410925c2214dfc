import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * How an application and a relay prove to each other that they hold RELAY_SECRET, before either
 * parses anything that the other says. Three binary frames of fixed lengths:
 *
 * ```
 * application ── challenge A (32 bytes) ───────────────────────▶ relay
 *             ◀─ challenge R, HMAC("relay", A, R) (64 bytes) ──
 *             ── HMAC("application", A, R) (32 bytes) ─────────▶
 * ```
 *
 * Each proof names its maker and covers both challenges, so that neither can be reflected or
 * replayed. The key is derived under a label of its own: it is good for nothing else, and what the
 * same secret makes elsewhere is good for nothing here.
 */
export const challengeBytes = 32;
export const proofBytes = 32;

/** The key of the control connection: HKDF-SHA-256 (RFC 5869) of RELAY_SECRET. */
export function controlKey(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "ringfence relay control 1", 32));
}

export function makeChallenge(): Buffer {
  return randomBytes(challengeBytes);
}

/** What one side sends to show that it has the key: 32 bytes. */
export function makeProof(
  key: Buffer,
  maker: "relay" | "application",
  applicationChallenge: Buffer,
  relayChallenge: Buffer,
): Buffer {
  const proof = createHmac("sha256", key).update(`ringfence relay control 1 ${maker}\0`);
  return proof.update(applicationChallenge).update(relayChallenge).digest();
}

export function isProof(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
