import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { serverLimits } from "../limits.ts";

/**
 * How `ringfence doctor` and a running server prove to each other that they hold RELAY_SECRET, so
 * that it is known who answers at a public address, and so that nobody else learns what the doctor
 * does:
 *
 *     doctor ── time, nonce, HMAC("doctor", both) ────────▶ server
 *            ◀─ what it saw, HMAC("server", nonce, that) ──
 *
 * What a doctor said holds for a minute, so that it cannot be said again for ever.
 */
export function doctorKey(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "ringfence doctor 1", 32));
}

/**
 * What the doctor writes as `Authorization`.
 *
 * @param now Unix time in milliseconds
 */
export function doctorAuthorization(key: Buffer, nonce: string, now: number): string {
  const time = String(now);
  return `Doctor ${time}.${nonce}.${proofOf(key, "doctor", nonce, time)}`;
}

/** The nonce that a doctor wrote; undefined where it does not hold the secret, or wrote long ago. */
export function nonceIn(
  authorization: string | undefined,
  key: Buffer,
  now: number,
): string | undefined {
  const [, time = "", nonce = "", proof = ""] =
    /^Doctor (\d{1,15})\.([\w-]{22})\.([\w-]{43})$/.exec(authorization ?? "") ?? [];
  if (!isEqual(proof, proofOf(key, "doctor", nonce, time))) return undefined;
  return Math.abs(now - Number(time)) <= serverLimits.doctorProofAgeMsMax ? nonce : undefined;
}

/** What a server that holds the secret answers with its body. */
export function answerProof(key: Buffer, nonce: string, body: string): string {
  return proofOf(key, "server", nonce, body);
}

export function isAnswerProof(proof: string, key: Buffer, nonce: string, body: string): boolean {
  return isEqual(proof, answerProof(key, nonce, body));
}

function proofOf(key: Buffer, maker: "doctor" | "server", nonce: string, body: string): string {
  const proof = createHmac("sha256", key).update(`ringfence doctor 2 ${maker}\0${nonce}\0`);
  return proof.update(body).digest("base64url");
}

function isEqual(given: string, expected: string): boolean {
  return (
    given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
  );
}
