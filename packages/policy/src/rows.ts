import type { Audience, RingReason } from "@ringfence/protocol";
import type { Facts, Invite } from "./facts.ts";

/** Why a ring is not allowed. For the callee's eyes and the tests: the caller is never told. */
export type NoReason =
  | "same-person"
  | "blocked"
  | "suspended"
  | "never"
  | "not-entered"
  | "calling-off"
  | "no-audience";

/** What one row says of facts that it fits. */
export type Verdict =
  | { allow: "ring"; row: 8; reason: RingReason }
  | { allow: "ask"; row: 9 }
  | { allow: "no"; row: 1 | 2 | 3 | 5 | 10; reason: NoReason };

/** One row of the table: its verdict, or null where it does not fit and the next one is asked. */
type Row = (invite: Invite, facts: Facts) => Verdict | null;

/**
 * The table of who may ring whom. The numbers are the rules' own (docs/protocol.md, "Who may ring"); one that is
 * missing here is a rule that the product does not have yet.
 */
export const rows: readonly Row[] = [
  row1NobodyRingsAcrossABlock,
  row2TheCalleeSaidNever,
  row3BothEnteredTheConversation,
  row5CallingIsOff,
  row8AnAudienceHoldsTheCaller,
];

function row1NobodyRingsAcrossABlock(invite: Invite, facts: Facts): Verdict | null {
  if (invite.caller === invite.callee) return { allow: "no", row: 1, reason: "same-person" };
  if (facts.eitherBlocked) return { allow: "no", row: 1, reason: "blocked" };
  if (facts.eitherSuspended) return { allow: "no", row: 1, reason: "suspended" };
  return null;
}

function row2TheCalleeSaidNever(_invite: Invite, facts: Facts): Verdict | null {
  return facts.calleeSetNever ? { allow: "no", row: 2, reason: "never" } : null;
}

function row3BothEnteredTheConversation(_invite: Invite, facts: Facts): Verdict | null {
  const bothEntered = facts.callerEntered && facts.calleeEntered;
  return bothEntered ? null : { allow: "no", row: 3, reason: "not-entered" };
}

function row5CallingIsOff(_invite: Invite, facts: Facts): Verdict | null {
  // Who has not chosen yet has not agreed to be rung by anybody.
  return facts.calling === "on" ? null : { allow: "no", row: 5, reason: "calling-off" };
}

function row8AnAudienceHoldsTheCaller(_invite: Invite, facts: Facts): Verdict | null {
  const reason = narrowToWide.find(
    (audience) => facts.audiences.includes(audience) && holdsCaller(audience, facts),
  );
  return reason === undefined ? null : { allow: "ring", row: 8, reason };
}

/** Where several audiences hold the caller, the callee reads the one that says most. */
const narrowToWide = [
  "mutuals",
  "people-i-follow",
  "everyone",
] as const satisfies readonly Audience[];

function holdsCaller(audience: Audience, facts: Facts): boolean {
  switch (audience) {
    case "mutuals":
      return facts.callerFollowsCallee && facts.calleeFollowsCaller;
    case "people-i-follow":
      return facts.calleeFollowsCaller;
    case "everyone":
      return true;
  }
}

/** Row 10: what no row allows is not allowed. */
export const row10Otherwise: Verdict = { allow: "no", row: 10, reason: "no-audience" };
