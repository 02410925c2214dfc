import {
  type Bytes,
  type DescribedFacts,
  type EndToEndCrypto,
  type Fingerprint,
  parseFingerprint,
} from "@ringfence/e2ee";

/** What a description says of itself: its text, and every certificate that it names. */
export async function describedFacts(
  crypto: EndToEndCrypto,
  description: string,
): Promise<DescribedFacts> {
  return {
    fingerprints: fingerprintsIn(description),
    hash: await crypto.sha256(utf8(description)),
  };
}

/**
 * RFC 8122 §5: the certificates that a description names, of the session and of each section. None
 * where a single one cannot be read: what nobody can hold against a certificate fits none.
 */
export function fingerprintsIn(description: string): Fingerprint[] {
  const lines = description.matchAll(/^a=fingerprint:(?<value>.*?)\r?$/gim);
  const read = Array.from(lines, ({ groups }) => parseFingerprint(groups?.["value"] ?? ""));
  const fingerprints = read.filter((fingerprint) => fingerprint !== null);
  return fingerprints.length === read.length ? fingerprints : [];
}

function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}
