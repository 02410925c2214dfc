import { type CallId, type DownMessage, type ErrorCode, limits } from "@ringfence/protocol";
import type { CallMessage } from "../signalling/connection.ts";

const sentences: Partial<Record<ErrorCode, string>> = {
  "already-in-call": "You are in a call, or ring this person on another device: end that first.",
  "call-not-found": "There is no such call.",
  "rate-limited": "You rang many people within this hour. Wait a while, or write to them.",
  "wrong-role": "This device cannot say that in this call.",
  "wrong-state": "The call has moved on: nothing was changed.",
  "description-refused": "The description has a line that is not allowed, so it was not passed on.",
  "too-many-requests":
    `A call has at most ${limits.roundsPerCallMax} rounds, ` +
    `and passes on at most ${limits.candidatesPerPartyMax} candidates of a side in each.`,
  unavailable: "The relay is not running, so nobody can be called. Try again in a moment.",
  internal: "The server could not save this. Try again.",
};

/** What the sender of a message is told that changed nothing. */
export function refusal(message: CallMessage, code: ErrorCode, sentence = ""): DownMessage {
  const callId: CallId | null = "callId" in message ? message.callId : null;
  const requestId = "requestId" in message ? message.requestId : null;
  const words = sentence || (sentences[code] ?? "Nothing was changed.");
  return { type: "refused", requestId, callId, code, message: words };
}
