import { limits, type AccountId, type CallKind, type RingReason } from "@ringfence/protocol";
import type { Invite } from "./facts.ts";

/** Why a permit is issued, and what delivery must know of it. */
export interface PermitCause {
  /** The row of the table that allowed it. */
  readonly row: 4 | 7 | 8;
  readonly reason: RingReason;
  /** When the cause ends by itself, in Unix milliseconds; null: it does not. */
  readonly until: number | null;
  /** The caller has a grant that rings aloud in quiet hours too. */
  readonly mayBreakThrough: boolean;
  /**
   * The callee was rung as often as one is by people without a grant. It rings without a sound and
   * becomes a missed call, so that its caller cannot tell it from one that nobody heard.
   */
  readonly mustBeQuiet: boolean;
}

/**
 * The right to ring one person once, now. The private field makes the type nominal and the class
 * is not exported as a value, so that only this package can make one: no permit, no ring, by type.
 */
class IssuedPermit implements PermitCause {
  readonly row: PermitCause["row"];
  readonly reason: RingReason;
  readonly until: number | null;
  readonly mayBreakThrough: boolean;
  readonly mustBeQuiet: boolean;
  readonly caller: AccountId;
  readonly callee: AccountId;
  readonly kind: CallKind;
  readonly #expiresAt: number;

  constructor(cause: PermitCause, invite: Invite, now: number) {
    this.row = cause.row;
    this.reason = cause.reason;
    this.until = cause.until;
    this.mayBreakThrough = cause.mayBreakThrough;
    this.mustBeQuiet = cause.mustBeQuiet;
    this.caller = invite.caller;
    this.callee = invite.callee;
    this.kind = invite.kind;
    this.#expiresAt = Math.min(now + limits.permitExpiryMs, cause.until ?? Infinity);
  }

  /** Unix time in milliseconds from which it is worth nothing; never after its cause has ended. */
  get expiresAt(): number {
    return this.#expiresAt;
  }
}

export type Permit = IssuedPermit;

/** For `decide` alone: the package does not export it. */
export function issuePermit(cause: PermitCause, invite: Invite, now: number): Permit {
  return new IssuedPermit(cause, invite, now);
}

/** Whether the permit still allows a ring at `now` (Unix time in milliseconds). */
export function isPermitLive(permit: Permit, now: number): boolean {
  return now < permit.expiresAt;
}
