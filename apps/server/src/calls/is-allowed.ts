import {
  checkCandidate,
  checkDescription,
  iceParametersOf,
  type SignedDescription,
} from "@ringfence/protocol";
import type { CallMessage } from "../signalling/connection.ts";

/** Whether every line that would reach the other browser may, in any call and state. */
export function isAllowed(message: CallMessage): boolean {
  const signed = "signed" in message ? message.signed : answerOf(message);
  if (signed !== null && !checkDescription(signed.description).allowed) return false;
  if (message.type === "offer") {
    const ice = iceParametersOf(message.signed.description);
    return ice?.ufrag === message.ice.ufrag && ice.pwd === message.ice.pwd;
  }
  // As much as any call's may say. Which call it is comes to light later.
  return message.type !== "candidate" || checkCandidate(message.candidate, "direct").allowed;
}

function answerOf(message: CallMessage): SignedDescription | null {
  return message.type === "accept" ? message.answer : null;
}
