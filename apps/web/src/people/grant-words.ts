import type { Grant, GrantChoice, Granted } from "@ringfence/protocol";
import { momentWords } from "../conversations/time-words.ts";

/** The rights that can be given, under the names that the cards and pages share. */
export const grantChoices: readonly { choice: GrantChoice; name: string }[] = [
  { choice: "once-24h", name: "Once, within 24 hours" },
  { choice: "7-days", name: "For 7 days" },
  { choice: "always", name: "Always" },
];

/**
 * What a right to ring is worth, as its owner reads it after the person's name: "may ring once,
 * until tomorrow, 14:05".
 *
 * @param now Unix time in milliseconds
 */
export function grantWords({ kind, until }: Grant, now: number): string {
  if (kind === "always") return "may always ring";
  const may = kind === "once" ? "may ring once" : "may ring";
  return until === null ? may : `${may}, until ${momentWords(until, now)}`;
}

/**
 * The same as the person reads it who has the right, after its owner's name: "lets you ring once,
 * until tomorrow, 14:05".
 */
export function grantedWords({ kind, until }: Granted, now: number): string {
  if (kind === "always") return "always lets you ring";
  const lets = kind === "once" ? "lets you ring once" : "lets you ring";
  return until === null ? lets : `${lets}, until ${momentWords(until, now)}`;
}

/** Why the right is not worth anything at the moment; null where it is. */
export function pauseWords({ pausedUntil, mayBreakThrough }: Grant, now: number): string | null {
  if (pausedUntil === null || pausedUntil <= now || mayBreakThrough) return null;
  return `Several rings went unanswered: paused until ${momentWords(pausedUntil, now)}.`;
}
