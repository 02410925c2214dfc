import type { Bytes, CallAgreement } from "@ringfence/e2ee";
import type { CallId } from "@ringfence/protocol";
import type { TrustLevel } from "./calls-snapshot.ts";

/** What a page has to know of a call that it returns to: what the two ends began with. */
export interface KeptAgreement {
  readonly agreement: CallAgreement;
  readonly level: TrustLevel;
  readonly ownNonce: Bytes;
  /** The callee's: what the caller committed to, and the nonce that opened it. */
  readonly commitment: Bytes | null;
  readonly otherNonce: Bytes | null;
}

/** Of the calls of this profile, as long as they go on. No server can read or change it. */
export interface KeptAgreements {
  load(callId: CallId): Promise<KeptAgreement | null>;
  save(callId: CallId, kept: KeptAgreement): Promise<void>;
  forget(callId: CallId): Promise<void>;
}
