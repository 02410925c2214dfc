import type { AccountId, Audience, CallKind, CallSettings } from "@ringfence/protocol";

/** Who wants to ring whom, and how. */
export interface Invite {
  caller: AccountId;
  callee: AccountId;
  kind: CallKind;
}

/**
 * All that the policy knows of an ordered pair, as plain values that one query can fetch. They are
 * about the two accounts and the callee's rules, never about devices, presence or other calls:
 * what is not a fact cannot leak through a decision.
 */
export interface Facts {
  /** Either of the two blocked the other. */
  eitherBlocked: boolean;
  /** Either account is suspended, deleted or was never there. */
  eitherSuspended: boolean;
  /** The callee said *never* to this caller. */
  calleeSetNever: boolean;
  /** The caller wrote in their conversation or accepted its request. */
  callerEntered: boolean;
  /** The callee wrote in their conversation or accepted its request. */
  calleeEntered: boolean;
  /** The callee's own switch. `unset` lets nobody ring, like `off`. */
  calling: CallSettings["calling"];
  /** The callee's audiences. */
  audiences: readonly Audience[];
  callerFollowsCallee: boolean;
  calleeFollowsCaller: boolean;
}
