import { base64url, fromBase64url } from "@ringfence/e2ee";
import type { DeviceChain, SignedDescription } from "@ringfence/protocol";
import {
  decodeTranscript,
  encodeTranscript,
  type Transcript,
} from "../../packages/e2ee/src/transcript/transcript.ts";
import type { Said } from "./middle.ts";

/** Puts something else in the place of every signed description in a message. */
export function withSigned(
  message: Said,
  change: (signed: SignedDescription) => SignedDescription,
): Said {
  return mapped(message, (value) => (isSigned(value) ? change(value) : value)) as Said;
}

/** Says something else of a description than its device did, whose signature stays. */
export function withTranscript(
  signed: SignedDescription,
  change: (transcript: Transcript) => Transcript,
): SignedDescription {
  const transcript = decodeTranscript(fromBase64url(signed.transcript) ?? new Uint8Array());
  if (transcript === null) throw new Error("an honest end wrote it");
  return { ...signed, transcript: base64url(encodeTranscript(change(transcript))) };
}

/** Puts another chain in the place of every one in a message. */
export function withChain(message: Said, chain: DeviceChain): Said {
  return mapped(message, (value, name) =>
    name === "chain" && Array.isArray(value) ? chain : value,
  ) as Said;
}

/** What of a message was signed; nothing where it holds no description. */
export function signedIn(message: Said): SignedDescription[] {
  const found: SignedDescription[] = [];
  withSigned(message, (signed) => {
    found.push(signed);
    return signed;
  });
  return found;
}

function isSigned(value: unknown): value is SignedDescription {
  return value !== null && typeof value === "object" && "transcript" in value;
}

function mapped(
  value: unknown,
  change: (value: unknown, name: string) => unknown,
  name = "",
): unknown {
  const changed = change(value, name);
  if (changed !== value || changed === null || typeof changed !== "object") return changed;
  if (Array.isArray(changed)) return changed.map((one) => mapped(one, change));
  const entries = Object.entries(changed);
  return Object.fromEntries(entries.map(([key, one]) => [key, mapped(one, change, key)]));
}
