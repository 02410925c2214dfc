import { fromBase64url } from "../base64url.ts";
import type { Bytes } from "../bytes.ts";
import { formatFingerprint } from "../transcript/fingerprint.ts";
import { decodeTranscript, type Transcript } from "../transcript/transcript.ts";
import type { Receipt } from "./receipt.ts";

/** One description of a receipt, as it was signed. */
export interface ReadDescription {
  readonly by: "own" | "other";
  readonly bytes: Bytes;
  readonly transcript: Transcript;
}

/** Null in the place of each that is no transcript. */
export function readDescriptions({ descriptions }: Receipt): (ReadDescription | null)[] {
  return descriptions.map(({ by, transcript: text }) => {
    const bytes = fromBase64url(text);
    const transcript = bytes === null ? null : decodeTranscript(bytes);
    return bytes === null || transcript === null ? null : { by, bytes, transcript };
  });
}

/** The certificates that the two signed, as `a=fingerprint` writes them. */
export function signedCertificates(receipt: Receipt): Record<"own" | "other", string[]> {
  const read = readDescriptions(receipt).filter((each) => each !== null);
  const of = (side: "own" | "other") =>
    read
      .filter(({ by }) => by === side)
      .map(({ transcript }) => formatFingerprint(transcript.fingerprint));
  return { own: of("own"), other: of("other") };
}
