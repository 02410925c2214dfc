import type { ConnectedRelay } from "@ringfence/relay";
import { pickMember } from "../rendezvous.ts";

/** What matters of a relay for a call that is to be carried. */
export type RelayChoice = Pick<ConnectedRelay, "id" | "group" | "isDraining">;

/**
 * Which relay carries a call: one of the nearest group that has any, the same whichever node asks.
 *
 * @param ownGroup of the node that asks; null: no group is nearer to it than another
 * @param left relays that the call was at: they have ended it
 * @returns null where no relay takes new calls
 */
export function chooseRelay(
  callId: string,
  relays: readonly RelayChoice[],
  ownGroup: string | null,
  left: readonly string[] = [],
): string | null {
  const able = relays.filter(({ id, isDraining }) => !isDraining && !left.includes(id));
  const near = able.filter(({ group }) => group === ownGroup);
  const nearest = near.length > 0 ? near : able;
  return pickMember(
    callId,
    nearest.map(({ id }) => id),
  );
}
