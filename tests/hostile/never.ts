import type { Middle, Said } from "./middle.ts";
import type { Profile } from "./profile.ts";

/**
 * What must never have happened between two who know each other, in words; nothing where all is well.
 * Each browser was given nothing but what the other's own page had written, word for word, and agreed on
 * keys with nobody but the other.
 */
export function whatMustNotBe(middle: Middle, people: readonly [Profile, Profile]): string[] {
  const [one, other] = people;
  return [...strangersAt(middle, one, other), ...strangersAt(middle, other, one)];
}

function strangersAt(middle: Middle, at: Profile, from: Profile): string[] {
  const written = new Set(
    middle.saidBy(from.handle).flatMap(descriptionsIn).map(withoutCandidates),
  );
  const faults: string[] = [];
  for (const sdp of at.given) {
    if (!written.has(withoutCandidates(sdp))) {
      faults.push(`${at.handle} was given a description that ${from.handle} never wrote`);
    }
  }
  for (const peer of at.met) {
    if (!from.connections.includes(peer))
      faults.push(`${at.handle} agreed on keys with a stranger`);
  }
  return faults;
}

/** Every description in a message, wherever it stands. */
function descriptionsIn(message: Said): string[] {
  const found: string[] = [];
  JSON.stringify(message, (_, value: unknown) => {
    if (typeof value === "string" && value.startsWith("v=0\r\n")) found.push(value);
    return value;
  });
  return found;
}

/** They are set apart from a description before the browser gets it, and are signed with it. */
function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, "");
}
