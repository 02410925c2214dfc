import type { CallButton } from "@ringfence/protocol";
import type { Facts, Invite } from "./facts.ts";
import { issuePermit, type Permit } from "./permit.ts";
import { row10Otherwise, rows, type NoReason, type Verdict } from "./rows.ts";

/** What the table says of one invite. Only `ring` carries a permit. */
export type Decision =
  | { allow: "ring"; permit: Permit }
  | { allow: "ask"; row: 9 }
  | { allow: "no"; row: 1 | 2 | 3 | 5 | 10; reason: NoReason };

/**
 * Decides whether an invite may ring: the first row that fits is the answer.
 *
 * @param now Unix time in milliseconds
 */
export function decide(invite: Invite, facts: Facts, now: number): Decision {
  const verdict = firstVerdict(invite, facts);
  if (verdict.allow !== "ring") return verdict;
  return { allow: "ring", permit: issuePermit(verdict.row, verdict.reason, invite, now) };
}

/** What stands at the top right of the conversation, for the caller of this decision. */
export function buttonFor(decision: Decision): CallButton {
  switch (decision.allow) {
    case "ring":
      return "call";
    case "ask":
      return "ask";
    case "no":
      return "none";
  }
}

function firstVerdict(invite: Invite, facts: Facts): Verdict {
  for (const row of rows) {
    const verdict = row(invite, facts);
    if (verdict !== null) return verdict;
  }
  return row10Otherwise;
}
