import type { IdentityFault, TranscriptFault } from "@ringfence/e2ee";

/** What did not fit, so that a call ended. None of these happens between two honest ends. */
export type TrustFault =
  /** What was signed of a description is not what this end knows, or not of that description. */
  | { type: "description"; fault: TranscriptFault }
  /** The account's chain of devices is not one that honest devices make. */
  | { type: "identity"; fault: IdentityFault }
  /** The device that this call began with was taken out of its account's chain meanwhile. */
  | { type: "device-removed" }
  /** The browser at the other end holds another certificate than was signed (RFC 8122 §5). */
  | { type: "certificate" }
  /** The caller's nonce is not the one that it committed to. */
  | { type: "nonce" };
