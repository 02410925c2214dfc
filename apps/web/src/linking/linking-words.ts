import type { OwnChainFault } from "@ringfence/client";

/** What the server did with the list of one's own devices, as nobody honest does. */
export function faultWords(fault: OwnChainFault): string {
  switch (fault) {
    case "broken":
      return "The server shows a list of them that none of your devices signed.";
    case "shorter":
      return "The server shows a list of them that ends before what this device has seen already.";
    case "forked":
      return "The server shows this device another list of them than it showed before.";
  }
}

export const unavailableWords =
  "This browser keeps no keys for this site, so nobody could tell that a call is yours, and calls do not work here. A private window, a browser told to keep nothing, or one that is out of date can be the cause.";

export const waitingTitle = "A new device wants to join your account";
export const resetLinkTitle = "A link was made that sets a new password for your account";
export const newerCodeTitle = "A new recovery code was made for your account";
export const warningTitle = "A warning about your account’s devices";
export const linkedTitle = "Linked by another device of yours";
export const justLinkedTitle = "Linked. Now compare there";
export const ownTitle = "Link this device";

/** Of one device in the list. */
export function linkedWords(isLinked: boolean, isThisOne: boolean): string {
  if (isLinked) return "people who know you recognise it";
  return isThisOne
    ? "people you talk to are warned that this device may not be yours"
    : "people are warned when it calls";
}
