import { type Bytes, sameBytes } from "../bytes.ts";

/** RFC 8122 §5: the hash of a DTLS certificate, as a description and a receipt name it. */
export interface Fingerprint {
  readonly algorithm: "sha-256" | "sha-384" | "sha-512";
  readonly hash: Bytes;
}

const hashLengths = { "sha-256": 32, "sha-384": 48, "sha-512": 64 } as const;

/**
 * @param text the value of `a=fingerprint`: the name of the hash, a space, and pairs of hexadecimal
 *   digits with colons between them
 * @returns null for every other text
 */
export function parseFingerprint(text: string): Fingerprint | null {
  const [name = "", pairs = "", ...rest] = text.split(" ");
  const algorithm = name.toLowerCase();
  if (rest.length > 0 || !isAlgorithm(algorithm)) return null;
  const bytes = pairs
    .split(":")
    .map((pair) => (/^[0-9a-f]{2}$/i.test(pair) ? Number.parseInt(pair, 16) : -1));
  if (bytes.length !== hashLengths[algorithm] || bytes.includes(-1)) return null;
  return { algorithm, hash: Uint8Array.from(bytes) };
}

export function formatFingerprint({ algorithm, hash }: Fingerprint): string {
  const pairs = Array.from(hash, (byte) => byte.toString(16).toUpperCase().padStart(2, "0"));
  return `${algorithm} ${pairs.join(":")}`;
}

export function sameFingerprint(left: Fingerprint, right: Fingerprint): boolean {
  return left.algorithm === right.algorithm && sameBytes(left.hash, right.hash);
}

function isAlgorithm(name: string): name is Fingerprint["algorithm"] {
  return Object.hasOwn(hashLengths, name);
}
