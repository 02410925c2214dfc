import type { Grant, Granted } from "@ringfence/protocol";
import type { CallGrantTable } from "../store/tables.ts";

/** The columns of a grant where a left join may have found none. */
type GrantColumns = {
  [Column in "until_at" | "may_break_through" | "paused_until"]: CallGrantTable[Column] | null;
} & { grant_kind: CallGrantTable["kind"] | null };

/** A grant as its owner sees it; null where there is none, or where it has run out. */
export function grantView(row: GrantColumns, now: number): Grant | null {
  if (row.grant_kind === null || (row.until_at !== null && row.until_at <= now)) return null;
  const isPaused = row.paused_until !== null && row.paused_until > now;
  return {
    kind: row.grant_kind,
    until: row.until_at,
    mayBreakThrough: row.may_break_through === 1,
    pausedUntil: isPaused ? row.paused_until : null,
  };
}

/** The same as the person sees it who has the right. */
export function grantedView(row: GrantColumns, now: number): Granted | null {
  const grant = grantView(row, now);
  return grant && { kind: grant.kind, until: grant.until };
}
