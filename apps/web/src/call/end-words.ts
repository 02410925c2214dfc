import type { CallEnd, CurrentCall } from "@ringfence/client";
import { limits } from "@ringfence/protocol";
import { trustFaultWords } from "./trust-fault-words.ts";
import { isOutOfReach, namesOf } from "./trouble-words.ts";
import { questionMinutes } from "./trust-words.ts";

/** What the words depend on. */
export type EndedCall = Pick<
  CurrentCall,
  "role" | "with" | "relayReach" | "connectedAtMs" | "trustFault"
>;

export interface EndWords {
  title: string;
  /** What it means or what to do, in a sentence; null where the title says all. */
  next: string | null;
  /** Whether ringing again could help. */
  mayCallBack: boolean;
  /** Whether the person's own connection may be why. */
  mayTestConnection: boolean;
}

/** Why a call is over, in plain words. None of them tells more than this device knows. */
export function endWords(reason: CallEnd, call: EndedCall): EndWords {
  const { handle } = call.with;
  switch (reason) {
    case "unavailable":
      return end(`You can't call @${handle} here.`, `Calls open when @${handle} allows them.`);
    case "no-answer":
      return end("No answer.", `Leave @${handle} a message, or try again later.`, true);
    case "declined":
      return end(`@${handle} can't talk now.`, "You can leave a message.");
    case "missed":
      return end(`You missed @${handle}.`, null, true);
    case "cancelled":
      return end("Call cancelled.", null, true);
    case "declined-elsewhere":
      return end("Declined on another device.", null);
    case "answered-elsewhere":
      return end("Answered on another device.", null);
    case "hung-up":
      return end("Call ended.", null, true);
    case "revoked":
      return end("The ring was ended.", `Your settings no longer let @${handle} ring you.`);
    case "failed":
    case "lost":
    case "unreachable":
    case "already-in-call":
    case "too-many-requests":
    case "too-many-people":
    case "server-unavailable":
    case "refused":
    case "unsafe-description":
    case "unsupported":
    case "no-keys":
    case "undecided":
    case "other-undecided":
      return faultWords(reason, call);
    case "untrusted":
      return untrustedWords(call);
    case "different-emoji":
      return differentEmojiWords(call);
  }
}

type Fault = Extract<
  CallEnd,
  | "failed"
  | "lost"
  | "unreachable"
  | "already-in-call"
  | "too-many-requests"
  | "too-many-people"
  | "server-unavailable"
  | "refused"
  | "unsafe-description"
  | "unsupported"
  | "no-keys"
  | "undecided"
  | "other-undecided"
>;

/** Ends that nobody chose: each says what to do. */
function faultWords(fault: Fault, call: EndedCall): EndWords {
  switch (fault) {
    case "failed":
      return ofConnection(failedWords(call));
    case "lost":
      return ofConnection(
        end(
          "Connection lost.",
          "The call ended while a connection was away. Call again to go on.",
          true,
        ),
      );
    case "unreachable":
      return ofConnection(unreachableWords(call));
    case "already-in-call":
      return end(
        "You are in a call already.",
        "End that one first: it may be in another tab, or ring them from another device of yours.",
      );
    case "too-many-requests":
      return end("Too many calls in a short time.", "Wait a minute, then call again.", true);
    case "too-many-people":
      return end(
        `You rang ${limits.peopleRungMax} people within an hour.`,
        "More than that is not possible. Wait a while, then call again, or write.",
      );
    case "server-unavailable":
      return end(
        "This server can carry no call at the moment.",
        "Wait a minute, then call again.",
        true,
      );
    case "refused":
      return refusedWords(call);
    case "unsafe-description":
      return end(
        "The call was stopped.",
        "Its set-up held something that its route does not allow. Tell whoever runs this server if it happens again.",
      );
    case "unsupported":
      return end(
        "This browser could not make the call.",
        "Reload the page and try again, or use a current Firefox, Chrome, Edge or Safari.",
      );
    case "no-keys":
      return noKeysWords(call);
    case "undecided":
      return end(
        "The call ended before you decided.",
        `It waits ${questionMinutes} minutes. Ask @${call.with.handle} first whether it is them, in person, by phone or by another app; then call again.`,
        true,
      );
    case "other-undecided":
      return end(
        `@${call.with.handle} did not decide in time.`,
        `Their device does not know yours as it did before, and asked them whether this is you. Tell @${call.with.handle} that it is, in person, by phone or by another app; then call again.`,
        true,
      );
  }
}

/** Nobody honest is at both ends and between them; who is not, this side cannot know. */
function untrustedWords({ with: { handle }, trustFault }: EndedCall): EndWords {
  const what = trustFault === null ? "" : `${trustFaultWords(trustFault, handle)} `;
  return end(
    "The call was stopped: somebody may be in the middle.",
    `${what}This server, or whoever controls it, may be the cause. Tell @${handle} another way, in person or by phone. A new call is checked anew.`,
    true,
  );
}

function differentEmojiWords({ with: { handle }, connectedAtMs }: EndedCall): EndWords {
  // Where the two compared before any sound, there was nothing to hear.
  const heard = connectedAtMs === null ? "" : ", and may have heard what you said";
  return end(
    "You ended the call: the emoji differ.",
    `Somebody may be between you and @${handle}, such as this server${heard}. Tell them another way, in person or by phone, and keep what is private out of calls here until you know why.`,
  );
}

/** It rang and was taken, and no sound came: what this side knows of its own way to the relay. */
function failedWords({ relayReach }: EndedCall): EndWords {
  const title = "The call could not connect.";
  return isOutOfReach(relayReach)
    ? end(
        title,
        `From your network the relay does not answer over ${namesOf(relayReach)}. Try another network, such as mobile data.`,
        true,
      )
    : end(title, "No sound got through. Check your connection, then call again.", true);
}

/** It has nothing to sign a call with, and the other end takes nothing that is not signed. */
function noKeysWords({ role, with: { handle } }: EndedCall): EndWords {
  const title = "Calls do not work in this browser.";
  const why = "It keeps no keys for this site, so nobody could tell that a call is yours.";
  return role === "caller"
    ? end(title, `${why} @${handle} was not rung. Call from another browser or device.`)
    : end(title, `${why} The call still rings: answer it in another browser or on another device.`);
}

/** No word of an invite or of an accept: it may have arrived all the same. */
function unreachableWords({ role, with: { handle } }: Pick<CurrentCall, "role" | "with">) {
  const next = "Check your connection, then call again.";
  return role === "caller"
    ? end("The server did not answer.", `It may have rung for @${handle}. ${next}`, true)
    : end("Your answer may not have arrived.", next, true);
}

function refusedWords({ role }: Pick<CurrentCall, "role">) {
  return role === "caller"
    ? end(
        "The server did not take the call.",
        "Call again. If it happens again, reload the page.",
        true,
      )
    : end("The server did not take your answer.", "The ring was over already, perhaps.", true);
}

function end(title: string, next: string | null, mayCallBack = false): EndWords {
  return { title, next, mayCallBack, mayTestConnection: false };
}

function ofConnection(words: EndWords): EndWords {
  return { ...words, mayTestConnection: true };
}
