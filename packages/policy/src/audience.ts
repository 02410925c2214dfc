import { Audience } from "@ringfence/protocol";
import type { Facts } from "./facts.ts";

const dayMs = 86_400_000;

/**
 * The audience of the callee that holds the caller, fading aside. Where several do, the callee
 * reads the first: they stand in the order of how much they say about the two.
 */
export function audienceOf(facts: Facts): Audience | undefined {
  return Audience.options.find(
    (audience) => facts.audiences.includes(audience) && holdsCaller(audience, facts),
  );
}

function holdsCaller(audience: Audience, facts: Facts): boolean {
  switch (audience) {
    case "address-book":
      return facts.isInAddressBook;
    case "mutuals":
      return facts.callerFollowsCallee && facts.calleeFollowsCaller;
    case "people-i-follow":
      return facts.calleeFollowsCaller;
    case "vouched":
      return facts.isCallerVouched;
    case "everyone":
      return true;
  }
}

/** When the audiences stop holding the caller (Unix milliseconds); null: they do not. */
export function fadesAt(facts: Facts): number | null {
  if (facts.fadingDays === null || facts.isInAddressBook) return null;
  return (facts.calleeActedAt ?? Number.NEGATIVE_INFINITY) + facts.fadingDays * dayMs;
}
