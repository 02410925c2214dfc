import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/**
 * How `ringfence doctor` and a running server prove to each other that they hold RELAY_SECRET, so
 * that it is known who answers at a public address, and so that nobody else learns what the doctor
 * does:
 *
 *     doctor ── nonce, HMAC("doctor", nonce) ─────────────▶ server
 *            ◀─ what it saw, HMAC("server", nonce, that) ──
 */
export function doctorKey(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "ringfence doctor 1", 32));
}

/** What the doctor writes as `Authorization`. */
export function doctorAuthorization(key: Buffer, nonce: string): string {
  return `Doctor ${nonce}.${proofOf(key, "doctor", nonce, "")}`;
}

/** The nonce that a doctor wrote; undefined where it does not hold the secret. */
export function nonceIn(authorization: string | undefined, key: Buffer): string | undefined {
  const [, nonce = "", proof = ""] =
    /^Doctor ([\w-]{22})\.([\w-]{43})$/.exec(authorization ?? "") ?? [];
  return isEqual(proof, proofOf(key, "doctor", nonce, "")) ? nonce : undefined;
}

/** What a server that holds the secret answers with its body. */
export function answerProof(key: Buffer, nonce: string, body: string): string {
  return proofOf(key, "server", nonce, body);
}

export function isAnswerProof(proof: string, key: Buffer, nonce: string, body: string): boolean {
  return isEqual(proof, answerProof(key, nonce, body));
}

function proofOf(key: Buffer, maker: "doctor" | "server", nonce: string, body: string): string {
  const proof = createHmac("sha256", key).update(`ringfence doctor 1 ${maker}\0${nonce}\0`);
  return proof.update(body).digest("base64url");
}

function isEqual(given: string, expected: string): boolean {
  return (
    given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
  );
}
