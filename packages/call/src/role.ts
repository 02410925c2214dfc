import type { AccountId } from "@ringfence/protocol";
import type { CallMessage, DeviceEvent } from "./event.ts";
import type { CallDevice, Side } from "./side.ts";
import type { Call } from "./state.ts";
import type { RefusalCode } from "./step-result.ts";

/** Which side may say what, in whatever state. */
const speakers: Record<CallMessage["type"], Side | "either"> = {
  offer: "caller",
  cancel: "caller",
  "ring-acknowledge": "callee",
  silence: "callee",
  accept: "callee",
  decline: "callee",
  answer: "callee",
  restart: "callee",
  candidate: "either",
  "microphone-pending": "either",
  "trust-pending": "either",
  "media-connected": "either",
  "media-lost": "either",
  "hang-up": "either",
  "page-left": "either",
  "page-returned": "either",
};

/** What every device of the callee may say while it rings. */
const ringMessages: ReadonlySet<CallMessage["type"]> = new Set([
  "ring-acknowledge",
  "silence",
  "accept",
  "decline",
]);

/**
 * Whether this device may say this of this call at all; null if so. The same call is not there for
 * a stranger. A side speaks through one device, so that no other device of an account can disturb
 * the call that it is in: the one that rang, the one that won, and every device of the callee
 * before there is a winner.
 */
export function refusalByRole(call: Call, event: DeviceEvent): RefusalCode | null {
  const side = sideOf(call, event.from.accountId);
  if (side === null) return "call-not-found";
  const speaker = speakers[event.type];
  if (speaker !== "either" && speaker !== side) return "wrong-role";
  if (isDeviceOf(call, side, event.from)) return null;
  // The loser of two accepts did nothing that it may not do. It was late.
  return side === "callee" && ringMessages.has(event.type) ? "wrong-state" : "wrong-role";
}

/** The side of the call that an account is; null for a stranger. */
export function sideOf(call: Call, accountId: AccountId): Side | null {
  if (accountId === call.caller.accountId) return "caller";
  return accountId === call.calleeAccountId ? "callee" : null;
}

/** The side whose place in the call this device has; null for every other device. */
export function placeOf(call: Call, device: CallDevice): Side | null {
  const side = sideOf(call, device.accountId);
  if (side === "callee" && !("calleeDeviceId" in call)) return null;
  return side !== null && isDeviceOf(call, side, device) ? side : null;
}

/** The side that says something, of a device whose role has been checked. */
export function speakerOf(call: Call, from: CallDevice): Side {
  return from.accountId === call.caller.accountId ? "caller" : "callee";
}

function isDeviceOf(call: Call, side: Side, device: CallDevice): boolean {
  if (side === "caller") return device.deviceId === call.caller.deviceId;
  return !("calleeDeviceId" in call) || device.deviceId === call.calleeDeviceId;
}
