import type { SignedDescription } from "@ringfence/protocol";

/** A description as devices sign it, for all that a server can tell. */
export function signedAs(description: string): SignedDescription {
  return { description, transcript: "VHJhbnNjcmlwdA", signature: "U2lnbmF0dXJl" };
}
