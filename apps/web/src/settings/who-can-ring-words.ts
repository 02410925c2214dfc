import type { MayRing, Person, RefusedReason, SettingsPreview } from "@ringfence/protocol";
import { ringReasonWords } from "../call/ring-reason-words.ts";
import { momentWords } from "../conversations/time-words.ts";

/** Names in one line: more of them nobody reads. */
const namesMax = 3;

/**
 * Why somebody can ring, and until when: "You rang them today · until tomorrow, 14:05".
 *
 * @param now Unix time in milliseconds
 */
export function mayRingWords({ reason, until, mayBreakThrough }: MayRing, now: number): string {
  return [
    ringReasonWords(reason),
    until === null ? null : `until ${momentWords(until, now)}`,
    mayBreakThrough ? "rings aloud in quiet hours" : null,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

/** Why somebody was not let ring, as their callee reads it whose rule it is. */
export function refusedReasonWords(reason: RefusedReason): string {
  switch (reason) {
    case "you-blocked":
      return "You blocked them.";
    case "you-said-never":
      return "You said never.";
    case "you-did-not-enter":
      return "You have neither written to them nor accepted their request.";
    case "calling-off":
      return "Your calls were off.";
    case "calling-unset":
      return "You had not chosen who may ring you.";
    case "unanswered":
      return "Three of their rings in a row went unanswered.";
    case "grant-paused":
      return "Several of their rings went unanswered, which paused their right to ring.";
    case "faded":
      return "You had not been in touch for too long.";
    case "no-audience":
      return "They are in none of the groups that you let ring.";
  }
}

/** Whom a change would concern, before it is made. null where it concerns nobody. */
export function proposalWords({ gained, lost }: SettingsPreview): string | null {
  return sentences(
    gained.count === 0 ? null : `${morePeople(gained.count)} could ring you: ${namesOf(gained)}.`,
    lost.count === 0 ? null : `${people(lost.count)} no longer could: ${namesOf(lost)}.`,
  );
}

/** Whom a change concerned, after it was made. null where it concerned nobody. */
export function changeWords({ gained, lost }: SettingsPreview): string | null {
  return sentences(
    gained.count === 0 ? null : `${morePeople(gained.count)} can ring you now: ${namesOf(gained)}.`,
    lost.count === 0 ? null : `${people(lost.count)} can no longer ring you: ${namesOf(lost)}.`,
  );
}

function sentences(...all: (string | null)[]): string | null {
  const said = all.filter((sentence) => sentence !== null);
  return said.length === 0 ? null : said.join(" ");
}

function people(count: number): string {
  return count === 1 ? "1 person" : `${count.toLocaleString()} people`;
}

function morePeople(count: number): string {
  return count === 1 ? "1 more person" : `${count.toLocaleString()} more people`;
}

function namesOf({ count, first }: { count: number; first: readonly Person[] }): string {
  const names = first
    .slice(0, namesMax)
    .map(({ displayName, handle }) => `${displayName} (@${handle})`);
  const others = count - names.length;
  if (others > 0) names.push(`${others.toLocaleString()} more`);
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);
}
