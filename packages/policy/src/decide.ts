import { limits, RefusedReason, type CallButton } from "@ringfence/protocol";
import type { Facts, Invite } from "./facts.ts";
import { liveGrant } from "./grant.ts";
import { issuePermit, type Permit } from "./permit.ts";
import { row10Otherwise, row9TheCallerMayAsk, rows, type Verdict } from "./rows.ts";

/** What the table says of one invite. Only `ring` carries a permit. */
export type Decision = { allow: "ring"; permit: Permit } | Exclude<Verdict, { allow: "ring" }>;

/**
 * Decides whether an invite may ring: the first row that fits is the answer.
 *
 * @param now Unix time in milliseconds
 */
export function decide(invite: Invite, facts: Facts, now: number): Decision {
  const verdict = firstVerdict(invite, facts, now);
  if (verdict.allow !== "ring") return verdict;
  const { row, reason, until } = verdict;
  const mayBreakThrough = liveGrant(facts, now)?.mayBreakThrough === true;
  const mustBeQuiet = row === 8 && facts.ringsWithoutGrantCount >= limits.ringsWithoutGrantMax;
  const cause = { row, reason, until, mayBreakThrough, mustBeQuiet };
  return { allow: "ring", permit: issuePermit(cause, invite, now) };
}

/**
 * Whether the caller may ask: where that is all that they may, and where they might ring but would
 * rather ask first.
 *
 * @param now Unix time in milliseconds
 */
export function mayAsk(invite: Invite, facts: Facts, now: number): boolean {
  if (firstVerdict(invite, facts, now).allow === "no") return false;
  return row9TheCallerMayAsk(invite, facts, now) !== null;
}

/**
 * Whether the caller has rung as many people within the hour as one may. It is asked before
 * `decide` and told plainly: it depends on whom the caller rang, and on nobody's rules.
 */
export function isCallerOverLimit(facts: Pick<Facts, "othersRungCount">): boolean {
  return facts.othersRungCount >= limits.peopleRungMax;
}

/**
 * What stands at the top right of the conversation, for the caller of this decision.
 *
 * @param isAsked the caller's ask still shows: they see *Asked* and no second way to ask, so that
 *   nothing that the other does meanwhile can be seen
 */
export function buttonFor(decision: Decision, isAsked: boolean): CallButton {
  switch (decision.allow) {
    case "ring":
      return "call";
    case "ask":
      return isAsked ? "none" : "ask";
    case "no":
      return "none";
  }
}

/**
 * Why a decision was no ring, for the callee's list of attempts; null where the cause is the
 * caller's own, or where there is nobody to read it.
 */
export function refusedReasonOf(decision: Decision): RefusedReason | null {
  if (decision.allow === "ring") return null;
  return RefusedReason.options.find((reason) => reason === decision.reason) ?? null;
}

function firstVerdict(invite: Invite, facts: Facts, now: number): Verdict {
  for (const row of rows) {
    const verdict = row(invite, facts, now);
    if (verdict !== null) return verdict;
  }
  return row10Otherwise(facts, now);
}
