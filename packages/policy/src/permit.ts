import { limits, type AccountId, type CallKind, type RingReason } from "@ringfence/protocol";
import type { Invite } from "./facts.ts";

/**
 * The right to ring one person once, now. The private field makes the type nominal and the class
 * is not exported as a value, so that only this package can make one: no permit, no ring, by type.
 */
class IssuedPermit {
  /** The row of the table that allowed it. */
  readonly row: 8;
  readonly reason: RingReason;
  readonly caller: AccountId;
  readonly callee: AccountId;
  readonly kind: CallKind;
  readonly #expiresAt: number;

  constructor(row: 8, reason: RingReason, invite: Invite, now: number) {
    this.row = row;
    this.reason = reason;
    this.caller = invite.caller;
    this.callee = invite.callee;
    this.kind = invite.kind;
    this.#expiresAt = now + limits.permitExpiryMs;
  }

  /** Unix time in milliseconds from which it is worth nothing. */
  get expiresAt(): number {
    return this.#expiresAt;
  }
}

export type Permit = IssuedPermit;

/** For `decide` alone: the package does not export it. */
export function issuePermit(row: 8, reason: RingReason, invite: Invite, now: number): Permit {
  return new IssuedPermit(row, reason, invite, now);
}

/** Whether the permit still allows a ring at `now` (Unix time in milliseconds). */
export function isPermitLive(permit: Permit, now: number): boolean {
  return now < permit.expiresAt;
}
