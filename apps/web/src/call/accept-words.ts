import type { AcceptEnds, CurrentCall, IncomingCall } from "@ringfence/client";

interface AcceptWords {
  accept: string;
  acceptWithVideo: string;
}

type Standing = Pick<CurrentCall, "with">;

/** What the buttons that take a ring do, which is also their names. */
export function acceptWords(ends: AcceptEnds): AcceptWords {
  switch (ends) {
    case "nothing":
      return { accept: "Accept", acceptWithVideo: "Accept with video" };
    case "ring":
      return {
        accept: "Stop ringing and accept",
        acceptWithVideo: "Stop ringing and accept with video",
      };
    case "call":
      return {
        accept: "End this call and accept",
        acceptWithVideo: "End this call and accept with video",
      };
  }
}

/**
 * Beside a ring that waits, what it waits behind; null where it does not.
 *
 * @param standing the call that this device has, or can return to
 */
export function waitingWords(
  { isWaiting, acceptEnds }: Pick<IncomingCall, "isWaiting" | "acceptEnds">,
  standing: Standing | null,
): string | null {
  if (!isWaiting) return null;
  switch (acceptEnds) {
    case "nothing":
      return "You are in a call on another device. That call goes on.";
    case "ring":
      return `You are ringing ${nameOf(standing)}. Accepting stops that.`;
    case "call":
      return `You are in a call with ${nameOf(standing)}. It goes on until you accept this one.`;
  }
}

function nameOf(call: Standing | null): string {
  return call === null ? "somebody" : `@${call.with.handle}`;
}
