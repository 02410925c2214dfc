import { limits, type RefusedReason, type RingReason } from "@ringfence/protocol";
import { audienceOf, fadesAt } from "./audience.ts";
import type { Facts, Invite } from "./facts.ts";
import { isGrantPaused, liveGrant } from "./grant.ts";

/** Why a ring is not allowed. The caller is never told; the callee reads the `RefusedReason`s. */
export type NoReason =
  | RefusedReason
  | "same-person"
  /** The caller's own doing, and so nothing that the callee may learn of. */
  | "they-blocked"
  | "they-did-not-enter"
  | "suspended";

/** What one row says of facts that it fits. */
export type Verdict =
  /** `until`: when this cause ends by itself, in Unix milliseconds; null: it does not. */
  | { allow: "ring"; row: 4 | 7 | 8; reason: RingReason; until: number | null }
  /** `reason`: why it is not a ring. */
  | { allow: "ask"; row: 9; reason: NoReason }
  | { allow: "no"; row: 1 | 2 | 3 | 5 | 10; reason: NoReason };

/** One row of the table: its verdict, or null where it does not fit and the next one is asked. */
type Row = (invite: Invite, facts: Facts, now: number) => Verdict | null;

/** The table of who may ring whom (docs/protocol.md, "Who may ring"): the first row that fits. */
export const rows: readonly Row[] = [
  row1NobodyRingsAcrossABlock,
  row2TheCalleeSaidNever,
  row3BothEnteredTheConversation,
  row4TheCalleeMayBeRungBack,
  row5CallingIsOff,
  row6TooManyRingsWentUnanswered,
  row7TheCallerHasAGrant,
  row8AnAudienceHoldsTheCaller,
  row9TheCallerMayAsk,
];

function row1NobodyRingsAcrossABlock(invite: Invite, facts: Facts): Verdict | null {
  if (invite.caller === invite.callee) return { allow: "no", row: 1, reason: "same-person" };
  if (facts.calleeBlocked) return { allow: "no", row: 1, reason: "you-blocked" };
  if (facts.callerBlocked) return { allow: "no", row: 1, reason: "they-blocked" };
  if (facts.eitherSuspended) return { allow: "no", row: 1, reason: "suspended" };
  return null;
}

function row2TheCalleeSaidNever(_invite: Invite, facts: Facts): Verdict | null {
  return facts.calleeSetNever ? { allow: "no", row: 2, reason: "you-said-never" } : null;
}

function row3BothEnteredTheConversation(_invite: Invite, facts: Facts): Verdict | null {
  if (!facts.calleeEntered) return { allow: "no", row: 3, reason: "you-did-not-enter" };
  return facts.callerEntered ? null : { allow: "no", row: 3, reason: "they-did-not-enter" };
}

function row4TheCalleeMayBeRungBack(_invite: Invite, facts: Facts, now: number): Verdict | null {
  const { letsCallBack, calleeRangAt, calleeAskedAt, calleeAsksSince } = facts;
  const rangUntil = callBackUntil(letsCallBack ? calleeRangAt : null, limits.callBackMs, facts);
  const askedUntil = Math.max(
    callBackUntil(calleeAskedAt, limits.callBackMs, facts),
    callBackUntil(calleeAsksSince, limits.askShownMs, facts),
  );
  // The later of the two is the reason that holds for longer.
  const isByRing = rangUntil >= askedUntil;
  const until = isByRing ? rangUntil : askedUntil;
  if (now >= until) return null;
  return { allow: "ring", row: 4, reason: isByRing ? "you-rang" : "you-asked", until };
}

/** Until when a ring or an ask of the callee lets the caller ring back. */
function callBackUntil(
  at: number | null,
  lastsMs: number,
  { answeredAt, callBackRevokedAt }: Facts,
): number {
  const isSpent = (by: number | null) => at !== null && by !== null && by >= at;
  if (at === null || isSpent(answeredAt) || isSpent(callBackRevokedAt)) return 0;
  return at + lastsMs;
}

function row5CallingIsOff(_invite: Invite, facts: Facts): Verdict | null {
  return facts.calling === "off" ? { allow: "no", row: 5, reason: "calling-off" } : null;
}

/** What fits here goes on at row 9: whoever is not answered has to ask. */
function row6TooManyRingsWentUnanswered(invite: Invite, facts: Facts, now: number): Verdict | null {
  if (!isOverUnanswered(facts, now)) return null;
  return row9TheCallerMayAsk(invite, facts, now) ?? row10Otherwise(facts, now);
}

function isOverUnanswered(facts: Facts, now: number): boolean {
  // Whoever gave a right after those rings knew of them.
  const givenAt = facts.grant?.givenAt ?? Number.NEGATIVE_INFINITY;
  const counted = facts.unansweredRingsAt.filter((rangAt) => rangAt > givenAt);
  const earliest = counted[limits.unansweredRingsMax - 1];
  if (!facts.limitsUnanswered || earliest === undefined) return false;
  if (now >= earliest + limits.unansweredRingsMs) return false;
  return liveGrant(facts, now)?.mayBreakThrough !== true;
}

/** A person who has not chosen yet and gives somebody a right has chosen for this one. */
function row7TheCallerHasAGrant(_invite: Invite, facts: Facts, now: number): Verdict | null {
  const grant = liveGrant(facts, now);
  if (grant === null) return null;
  return { allow: "ring", row: 7, reason: `grant-${grant.kind}`, until: grant.until };
}

function row8AnAudienceHoldsTheCaller(_invite: Invite, facts: Facts, now: number): Verdict | null {
  // Who has not chosen yet has not agreed to be rung by any number of people.
  if (facts.calling !== "on") return null;
  const reason = audienceOf(facts);
  const until = fadesAt(facts);
  if (reason === undefined || (until !== null && now >= until)) return null;
  return { allow: "ring", row: 8, reason, until };
}

export function row9TheCallerMayAsk(_invite: Invite, facts: Facts, now: number): Verdict | null {
  const [last, ...earlier] = facts.askedAt;
  if (!facts.letsAsk) return null;
  if (last !== undefined && now < last + limits.askIntervalMs) return null;
  const oldest = [last, ...earlier][limits.asksMax - 1];
  if (oldest !== undefined && now < oldest + limits.asksPeriodMs) return null;
  return { allow: "ask", row: 9, reason: whyNoRing(facts, now) };
}

/** Row 10: what no row allows is not allowed. */
export function row10Otherwise(facts: Facts, now: number): Verdict {
  return { allow: "no", row: 10, reason: whyNoRing(facts, now) };
}

/** What kept the rows that could have allowed a ring from doing so. */
function whyNoRing(facts: Facts, now: number): RefusedReason {
  if (isOverUnanswered(facts, now)) return "unanswered";
  if (isGrantPaused(facts, now)) return "grant-paused";
  if (facts.calling === "unset") return "calling-unset";
  return audienceOf(facts) === undefined ? "no-audience" : "faded";
}
