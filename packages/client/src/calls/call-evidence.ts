import type { Bytes, Emoji, IdentityVerdict } from "@ringfence/e2ee";
import type {
  CallId,
  CallKind,
  CallRoute,
  Handle,
  RoundNumber,
  SignedDescription,
} from "@ringfence/protocol";
import type { ConnectionSample } from "../media/connection-sample.ts";
import type { CallEnd } from "./calls-snapshot.ts";
import type { TrustFault } from "./trust-fault.ts";

/** The call that evidence is of, as this end knows it. */
export interface EvidencedCall {
  callId: CallId;
  role: "caller" | "callee";
  with: Handle;
  kind: CallKind;
  route: CallRoute;
}

/** A description that this end signed, or that it checked and accepted of the other. */
export interface CheckedDescription {
  by: "own" | "other";
  round: RoundNumber;
  signed: SignedDescription;
}

/**
 * What a call hands over of who was at its other end, while it goes on: for a receipt of it. A page
 * that returns to a call begins with what it then learns, so that some of it may be said twice.
 */
export interface CallEvidence {
  /** Each once, in the order in which they were signed or checked. */
  addDescription(checked: CheckedDescription): void;
  /** How far the other end's device was believed, before any media. */
  setVerdict(verdict: IdentityVerdict): void;
  /** The person said *Call anyway*. */
  setCalledAnyway(): void;
  /** The person said that the emoji match, or that they differ. */
  setCompared(outcome: "match" | "differ"): void;
  setFault(fault: TrustFault): void;
  /** What the two can compare, once the caller's nonce is known at both ends. */
  setEmoji(emoji: readonly Emoji[], callerNonce: Bytes): void;
  /** One that went to the other side after its description. */
  addCandidate(candidate: string): void;
  /** What the browser tells of the connection, which may be closed meanwhile. */
  addSample(pending: Promise<ConnectionSample>): void;
  /** Both have media. */
  setConnected(): void;
  /** Whatever comes after it is nothing. */
  end(reason: CallEnd): void;
}

export type OpenEvidence = (call: EvidencedCall) => CallEvidence;
