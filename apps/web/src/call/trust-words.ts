import type { TrustLevel, TrustQuestion } from "@ringfence/client";
import { limits } from "@ringfence/protocol";

const minuteMs = 60_000;

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

/** What the two have behind them; null at first contact, where there is nothing to say of it. */
export function comparedBeforeWords(level: KnownLevel, handle: string): string | null {
  switch (level) {
    case "not-compared":
      return null;
    case "compared":
      return `You have compared with this device of @${handle} before. The four are new in every call.`;
    case "linked-to-compared":
      return `Another device of @${handle}, which you compared with, says that this one is theirs too.`;
    case "changed":
      return `You called anyway. Comparing tells you whether this is @${handle}. Where @${handle} has not linked the device, it counts for this call only.`;
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
  /** What is not as before, and what that may mean, for the better and for the worse. */
  change: string;
  /** What to do before choosing. */
  advice: string;
  /** What is so until then, and what happens next. */
  meanwhile: string;
}

/** What is asked before any media flow, because the other side's device is not one that was known. */
export function questionWords({ type, change }: TrustQuestion, handle: string): QuestionWords {
  const asked = { title: `Is this really @${handle}?`, change: changeWords(change, handle) };
  switch (type) {
    case "call-anyway":
      return {
        ...asked,
        advice: `Ask @${handle} whether it is them: in person, by phone or by another app. Messages here pass the same server.`,
        meanwhile: `No sound and no picture goes or comes until you choose. The call waits ${questionMinutes} minutes, and @${handle} is told that it waits for you.`,
      };
    case "compare-again":
      return {
        ...asked,
        advice: `You had compared with @${handle}, so there is no sound and no picture before you have compared again.`,
        meanwhile: `“Compare again” connects without them and shows four emoji. You then ask @${handle} which four they see: in person, by phone or by another app. The call waits ${questionMinutes} minutes for all of it, and @${handle} is told that it waits for you.`,
      };
  }
}

function changeWords(change: TrustQuestion["change"], handle: string): string {
  switch (change) {
    case "not-linked":
      return `None of the devices of @${handle} has linked this one. It may be a new phone or computer. It may also be somebody who signed in as @${handle}, or somebody in the middle, such as this server. Comparing counts for this call only: to be remembered, @${handle} has to link this device.`;
    case "another-chain":
      return `All keys of @${handle} are new. They may have lost their phone and started again. It may also be somebody in their place, or somebody in the middle, such as this server.`;
  }
}

/** How long a call waits for the answer. */
export const questionMinutes = limits.trustQuestionTimeoutMs / minuteMs;

/** Said over the call while the question stands. */
export const questionStatusWords = "Not connected yet. Waiting for you to decide.";

/** The same at the other side, which is not asked. */
export function otherIsAskedWords(handle: string): string {
  return `Not connected yet. @${handle} is asked whether this is you.`;
}
