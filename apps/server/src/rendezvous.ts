import { createHash } from "node:crypto";

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998): everybody who knows the same members picks the
 * same one for a key without asking anybody. Each member has its share of the keys, and when one goes
 * only its own keys move.
 *
 * @returns null where there is no member
 */
export function pickMember(key: string, members: readonly string[]): string | null {
  if (members.length < 2) return members[0] ?? null;
  let best: { member: string; weight: string } | null = null;
  for (const member of members) {
    const weight = createHash("sha256").update(`${member}\0${key}`).digest("hex");
    if (best === null || weight > best.weight) best = { member, weight };
  }
  return best?.member ?? null;
}
