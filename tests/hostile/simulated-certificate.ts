import { createHash } from "node:crypto";

/** A certificate as far as anybody looks at it: its bytes, and what they hash to. */
export interface SimulatedCertificate {
  readonly bytes: Uint8Array;
  /** As in `a=fingerprint`: "sha-256 AB:CD:...". */
  readonly fingerprint: string;
}

export function makeCertificate(number: number): SimulatedCertificate {
  const bytes = Buffer.from(`certificate ${number}`);
  const pairs = createHash("sha256").update(bytes).digest("hex").toUpperCase().match(/../g) ?? [];
  return { bytes, fingerprint: `sha-256 ${pairs.join(":")}` };
}
