import type { RingReason } from "@ringfence/protocol";

/** Why this person may ring, as their callee reads it. */
export function ringReasonWords(reason: RingReason): string {
  switch (reason) {
    case "mutuals":
      return "You follow each other";
    case "people-i-follow":
      return "You follow them";
    case "everyone":
      return "You let everyone ring";
  }
}
