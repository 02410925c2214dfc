import { checkCandidate, checkDescription, iceParametersOf } from "@ringfence/protocol";
import type { CallMessage } from "../signalling/connection.ts";

/** Whether every line that would reach the other browser may, in any call and state. */
export function isAllowed(message: CallMessage): boolean {
  if ("description" in message && !checkDescription(message.description).allowed) return false;
  if (message.type === "offer") {
    const ice = iceParametersOf(message.description);
    return ice?.ufrag === message.ice.ufrag && ice.pwd === message.ice.pwd;
  }
  // As much as any call's may say. Which call it is comes to light later.
  return message.type !== "candidate" || checkCandidate(message.candidate, "direct").allowed;
}
