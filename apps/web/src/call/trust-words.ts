import type { TrustLevel, TrustQuestion } from "@ringfence/client";

type KnownLevel = NonNullable<TrustLevel>;

/**
 * How far a call's encryption reaches, for its facts. Both ends have checked what the other signed:
 * media flows on no other terms. Whose keys they are is the second half, and is never left out.
 */
export function levelWords(level: KnownLevel): string {
  return `End-to-end encrypted · ${levelNames[level]}`;
}

const levelNames: Record<KnownLevel, string> = {
  "not-compared": "not compared",
  compared: "compared",
  "linked-to-compared": "linked to a compared device",
  changed: "changed, not compared",
};

/** Why there is something to compare, or that there is nothing left to. Ends of sentences may be silent. */
export function comparedBeforeWords(level: KnownLevel, handle: string): string | null {
  switch (level) {
    case "not-compared":
      return null;
    case "compared":
      return `You have compared with this device of @${handle} before. The four are new in every call.`;
    case "linked-to-compared":
      return `Another device of @${handle}, which you compared with, says that this one is theirs too.`;
    case "changed":
      return `You called anyway. Comparing tells you whether this is @${handle}.`;
  }
}

/**
 * @param hasSound whether the two hear each other, so that they can say it in the call
 */
export function howToCompareWords(handle: string, hasSound: boolean): string {
  return hasSound
    ? `Read these four to each other aloud. If @${handle} sees the same four, nobody sits between your two devices in this call; if not, somebody may.`
    : `Ask @${handle} which four they see: in person, by phone or by another app. If they are the same, nobody sits between your two devices in this call; if not, somebody may.`;
}

/** What comparing does not tell, and what the other button does. */
export const comparingReachesWords =
  "Comparing cannot check the page itself, which comes from the server. “They differ” ends the call.";

interface QuestionWords {
  title: string;
  /** What it may mean, for the better and for the worse. */
  meaning: string;
  /** What to do before choosing. */
  advice: string;
  /** What has happened so far, and what happens then. */
  then: string;
}

/** What is asked before any media flows, because the other side's device is not one that was known. */
export function questionWords({ type, change }: TrustQuestion, handle: string): QuestionWords {
  const { title, meaning } = changeWords(change, handle);
  switch (type) {
    case "call-anyway":
      return {
        title,
        meaning,
        advice: `Ask @${handle} whether it was them: in person, by phone or by another app. Messages here pass the same server.`,
        then: "Your microphone is closed and nothing is played until you choose. The call waits a minute for you.",
      };
    case "compare-again":
      return {
        title,
        meaning,
        advice: `You had compared with @${handle}, so there is no sound and no picture before you have compared again.`,
        then: `“Compare again” connects without sound and shows four emoji. Reach @${handle} in person, by phone or by another app, to ask which four they see.`,
      };
  }
}

function changeWords(
  change: TrustQuestion["change"],
  handle: string,
): Pick<QuestionWords, "title" | "meaning"> {
  switch (change) {
    case "not-linked":
      return {
        title: `No device of @${handle} knows this one`,
        meaning: `It may be a new device that @${handle} has not linked yet. It may also be somebody who signed in as @${handle}, or who sits in the middle, such as this server.`,
      };
    case "another-chain":
      return {
        title: `@${handle} has begun anew, with other keys`,
        meaning: `@${handle} may have lost a phone and started again. It may also be somebody in their place, or who sits in the middle, such as this server.`,
      };
  }
}

/** Said over the call while the question stands. */
export const questionStatusWords = "Not connected yet. Waiting for you to decide.";
