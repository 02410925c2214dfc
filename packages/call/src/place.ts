import type { CallPlace } from "@ringfence/protocol";
import { placeOf, sideOf } from "./role.ts";
import { type CallDevice, otherSide } from "./side.ts";
import type { Call, RingingCall } from "./state.ts";

/** A place as far as the call itself knows it. */
export type PlaceInCall = Omit<CallPlace, "relay" | "chain">;

/**
 * The place that a device has in a call, with what was said in its current round; null for every
 * other device. A device of the callee has none before its accept.
 */
export function placeIn(call: Call, device: CallDevice): PlaceInCall | null {
  const side = placeOf(call, device);
  if (side === null || call.state === "ended") return null;
  const { callId } = call;
  if (call.state === "ringing") {
    const { offer, candidates } = call;
    return {
      callId,
      round: 0,
      isNewConnection: true,
      offer: offer?.signed ?? null,
      answer: null,
      candidates: [],
      candidatesHeard: candidates.length,
      restart: null,
    };
  }
  const { number, isNewConnection, offer, answer, candidates, candidateCount, restart } =
    call.round;
  return {
    callId,
    round: number,
    isNewConnection,
    offer,
    answer,
    candidates: candidates[otherSide(side)],
    candidatesHeard: candidateCount[side],
    restart,
  };
}

/** What a device that shows this ring may prepare itself with; null where there is nothing, or no ring. */
export function preparationOf(call: Call, device: CallDevice): RingingCall["offer"] {
  if (call.state !== "ringing" || call.isRevoked) return null;
  return sideOf(call, device.accountId) === "callee" ? call.offer : null;
}
