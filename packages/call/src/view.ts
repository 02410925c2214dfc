import type { CallView, Person } from "@ringfence/protocol";
import { placeOf, sideOf } from "./role.ts";
import { type CallDevice, otherSide } from "./side.ts";
import type { Call } from "./state.ts";

/**
 * The call as one device may see it; null where there is nothing to see: it is over, it is not this
 * account's, or its right to ring this account has ended.
 *
 * @param withPerson the other account
 * @param now Unix time in milliseconds
 */
export function viewCall(
  call: Call,
  viewer: CallDevice,
  withPerson: Person,
  now: number,
): CallView | null {
  const role = sideOf(call, viewer.accountId);
  if (role === null || call.state === "ended") return null;
  const isRinging = call.state === "ringing";
  const isIncoming = isRinging && role === "callee";
  if (isIncoming && call.isRevoked) return null;
  return {
    callId: call.callId,
    role,
    kind: call.kind,
    with: withPerson,
    state: call.state,
    route: call.route,
    isThisDevice: placeOf(call, viewer) === role,
    reason: isIncoming ? call.reason : null,
    isQuiet: isIncoming && call.isQuiet,
    isSilenced: isIncoming && call.isSilenced,
    isOtherAsked: call.state === "connecting" && call.isAsked[otherSide(role)],
    ringRemainingMs: isRinging ? Math.max(0, call.dueAt - now) : 0,
    connectedForMs: "connectedAt" in call ? Math.max(0, now - call.connectedAt) : 0,
  };
}
