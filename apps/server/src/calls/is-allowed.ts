import { checkCandidate, checkDescription, iceParametersOf } from "@ringfence/protocol";
import type { CallMessage } from "../signalling/connection.ts";

/** Whether every line that would reach the other browser may, in any call and state. */
export function isAllowed(message: CallMessage): boolean {
  const description = "description" in message ? message.description : answerOf(message);
  if (description !== null && !checkDescription(description).allowed) return false;
  if (message.type === "offer") {
    const ice = iceParametersOf(message.description);
    return ice?.ufrag === message.ice.ufrag && ice.pwd === message.ice.pwd;
  }
  // As much as any call's may say. Which call it is comes to light later.
  return message.type !== "candidate" || checkCandidate(message.candidate, "direct").allowed;
}

function answerOf(message: CallMessage): string | null {
  return message.type === "accept" ? message.answer : null;
}
