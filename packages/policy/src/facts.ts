import type { AccountId, Audience, CallKind, CallSettings, GrantKind } from "@ringfence/protocol";

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
 *
 * A field that ends in `At` is when something happened last, in Unix milliseconds, and null where
 * it did not happen or is too long ago for any row. What has passed by `now` is the policy's to
 * say, so that facts that were read once stay true.
 */
export interface Facts {
  callerBlocked: boolean;
  calleeBlocked: boolean;
  /** Either account is suspended, deleted or was never there. */
  eitherSuspended: boolean;
  /** The callee said *never* to this caller. */
  calleeSetNever: boolean;
  /** The caller wrote in their conversation or accepted its request. */
  callerEntered: boolean;
  /** The callee wrote in their conversation or accepted its request. */
  calleeEntered: boolean;

  /** The callee lets people ring back whom they rang. An ask may always be answered by a ring. */
  letsCallBack: boolean;
  calleeRangAt: number | null;
  /** The callee asked, and did not withdraw. */
  calleeAskedAt: number | null;
  /** The same of an ask that shows to the callee as *Asked*: they got no right for it. */
  calleeAsksSince: number | null;
  /** A call between the two was answered, whoever rang. */
  answeredAt: number | null;
  /** The callee took back the right to be rung back. */
  callBackRevokedAt: number | null;

  /** The callee's own switch. */
  calling: CallSettings["calling"];

  /** The callee wants to be asked after too many unanswered rings (row 6). */
  limitsUnanswered: boolean;
  /**
   * The caller's latest rings of this callee since one was answered, the latest first; more than
   * `unansweredRingsMax` say nothing new.
   */
  unansweredRingsAt: readonly number[];

  /** The right that the callee gave to this caller, also one that has run out; null for none. */
  grant: GrantFact | null;

  /** The callee's audiences. */
  audiences: readonly Audience[];
  /** The callee keeps the caller in the address book. */
  isInAddressBook: boolean;
  callerFollowsCallee: boolean;
  calleeFollowsCaller: boolean;
  /** The operator vouches for the caller. */
  isCallerVouched: boolean;
  /** After so many days without a word an audience holds the caller no more. Null: fading is off. */
  fadingDays: number | null;
  /** The callee wrote to the caller, rang them, took a call of theirs or accepted their request. */
  calleeActedAt: number | null;

  /** The callee lets people ask. */
  letsAsk: boolean;
  /** The caller's latest asks since the callee gave them a right, the latest first; two say all. */
  askedAt: readonly number[];

  /** How many people other than this callee the caller rang within `ringLimitsMs`. */
  othersRungCount: number;
  /** How often the callee was rung aloud within `ringLimitsMs` by people without a grant. */
  ringsWithoutGrantCount: number;
}

export interface GrantFact {
  kind: GrantKind;
  /** When it was given, in the place of an earlier one if there was one; Unix milliseconds. */
  givenAt: number;
  /** Unix time in milliseconds from which it is worth nothing; null: it does not run out. */
  until: number | null;
  /** It rings aloud in quiet hours, passes over row 6 and is never paused. */
  mayBreakThrough: boolean;
  /** Unanswered rings paused it until then. */
  pausedUntil: number | null;
}
