import type { AccountId } from "@ringfence/protocol";
import type { Effect, Recipient } from "./effect.ts";
import { everyDevice, leave } from "./end.ts";
import { placeOf, sideOf } from "./role.ts";
import type { CallDevice, Side } from "./side.ts";
import {
  type AcceptedCall,
  type ConnectedCall,
  type ConnectingCall,
  identityOf,
  type ReconnectingCall,
} from "./state.ts";
import { ignore, move, type Step } from "./step-result.ts";

/** What the three states of an accepted call have in common. */

/** The device that has a side's place in the call. */
export function deviceAt(call: AcceptedCall, side: Side): Recipient {
  if (side === "caller") return { ...call.caller, devices: "only" };
  return { accountId: call.calleeAccountId, devices: "only", deviceId: call.calleeDeviceId };
}

export function tellChange(call: AcceptedCall): Effect[] {
  return [
    { type: "call-changed", to: everyDevice(call.caller.accountId) },
    { type: "call-changed", to: everyDevice(call.calleeAccountId) },
  ];
}

/** Whether the other side could have described a connection by which media comes. */
export function hasBeenAnswered({ round }: AcceptedCall): boolean {
  return round.number > 0 || round.answer !== null;
}

/** A side has media; the call is connected as soon as both have. */
export function addMedia(
  call: ConnectingCall | ReconnectingCall,
  side: Side,
  connectedAt: number,
): Step {
  const hasMedia = { ...call.hasMedia, [side]: true };
  if (!hasMedia.caller || !hasMedia.callee) return move({ ...call, hasMedia });
  const { calleeDeviceId, round } = call;
  const connected: ConnectedCall = {
    state: "connected",
    ...identityOf(call),
    calleeDeviceId,
    round,
    connectedAt,
  };
  return move(connected, tellChange(connected));
}

/** A block ends the call; the other side is told what any hang-up tells. */
export function leaveByBlock(call: AcceptedCall, by: AccountId, now: number): Step {
  const side = sideOf(call, by);
  return side === null ? ignore(call, "not-concerned") : leave(call, side, now);
}

export function leaveByDevice(call: AcceptedCall, device: CallDevice, now: number): Step {
  const side = placeOf(call, device);
  return side === null ? ignore(call, "not-concerned") : leave(call, side, now);
}
