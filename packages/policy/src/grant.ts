import type { Facts, GrantFact } from "./facts.ts";

/** The grant that lets the caller ring at `now`; null where there is none or it does not. */
export function liveGrant({ grant }: Facts, now: number): GrantFact | null {
  if (grant === null || hasRunOut(grant, now) || isPaused(grant, now)) return null;
  return grant;
}

/** There is a grant, and nothing but a pause keeps it from being live. */
export function isGrantPaused({ grant }: Facts, now: number): boolean {
  return grant !== null && !hasRunOut(grant, now) && isPaused(grant, now);
}

function hasRunOut({ until }: GrantFact, now: number): boolean {
  return until !== null && now >= until;
}

function isPaused({ mayBreakThrough, pausedUntil }: GrantFact, now: number): boolean {
  return !mayBreakThrough && pausedUntil !== null && now < pausedUntil;
}
