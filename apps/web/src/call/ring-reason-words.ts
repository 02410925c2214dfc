import type { RingReason } from "@ringfence/protocol";

/** Why this person may ring, as their callee reads it. */
export function ringReasonWords(reason: RingReason): string {
  switch (reason) {
    case "you-rang":
      return "You rang them today";
    case "you-asked":
      return "You asked them to call";
    case "grant-always":
      return "You said always";
    case "grant-until":
      return "You let them ring for 7 days";
    case "grant-once":
      return "You let them ring once";
    case "address-book":
      return "They are in your address book";
    case "mutuals":
      return "You follow each other";
    case "people-i-follow":
      return "You follow them";
    case "vouched":
      return "Whoever runs this server vouches for them";
    case "everyone":
      return "You let everyone ring";
  }
}
