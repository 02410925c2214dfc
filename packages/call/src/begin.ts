import { type CallId, type CallRoute, type DeviceId, limits } from "@ringfence/protocol";
import { isPermitLive, type Permit } from "@ringfence/policy";
import type { Effect } from "./effect.ts";
import { relayAtBegin } from "./call-relay.ts";
import type { RingingCall } from "./state.ts";

/** What an invite brings besides the right to ring. */
export interface NewCall {
  callId: CallId;
  callerDeviceId: DeviceId;
  /** The callee's devices show it and make no sound: quiet hours, or a permit that says so. */
  isQuiet: boolean;
  route: CallRoute;
  /** Which relay is to carry it. */
  relayId: string;
  /** As a call keeps them. */
  relayUrls?: string[];
}

/** A call that rings, or the only thing that a caller without a right is told. */
export type Begun =
  | { outcome: "moved"; call: RingingCall; effects: readonly Effect[] }
  | { outcome: "refused"; code: "unavailable" };

/**
 * Begins a call.
 *
 * @param permit the policy's word; an expired one rings nobody
 * @param now Unix time in milliseconds
 */
export function begin(
  permit: Permit,
  { callId, callerDeviceId, isQuiet, route, relayId, relayUrls }: NewCall,
  now: number,
): Begun {
  if (!isPermitLive(permit, now)) return { outcome: "refused", code: "unavailable" };
  const call: RingingCall = {
    state: "ringing",
    callId,
    kind: permit.kind,
    reason: permit.reason,
    caller: { accountId: permit.caller, deviceId: callerDeviceId },
    calleeAccountId: permit.callee,
    rangAt: now,
    route,
    relay: relayAtBegin(relayId, relayUrls),
    dueAt: now + limits.ringTimeoutMs,
    offer: null,
    candidates: [],
    isMicrophonePending: false,
    isQuiet,
    isSilenced: false,
    isRevoked: false,
  };
  return {
    outcome: "moved",
    call,
    effects: [
      { type: "relay-open", route },
      { type: "ring", permit },
    ],
  };
}
