import type { PersonView } from "@ringfence/protocol";

/** How this account and a person stand to each other, in words; null where they do not. */
export function relationOf(person: PersonView): string | null {
  if (person.isMe) return "You";
  if (person.youBlocked) return "Blocked";
  if (person.youFollow && person.followsYou) return "You follow each other";
  if (person.youFollow) return "You follow";
  if (person.followsYou) return "Follows you";
  return null;
}
