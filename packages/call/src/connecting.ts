import { limits } from "@ringfence/protocol";
import { addMedia, hasBeenAnswered, leaveByBlock, leaveByDevice, tellChange } from "./accepted.ts";
import { end, record, tellEnd } from "./end.ts";
import type { StateEvent } from "./event.ts";
import { negotiate } from "./negotiation.ts";
import { speakerOf } from "./role.ts";
import type { Side } from "./side.ts";
import type { ConnectingCall } from "./state.ts";
import { ignore, move, refuse, type Step } from "./step-result.ts";

/** A device has accepted; the two exchange what media needs. */
export function stepConnecting(call: ConnectingCall, event: StateEvent, now: number): Step {
  switch (event.type) {
    case "offer":
    case "answer":
    case "restart":
    case "candidate":
      return negotiate(call, event);
    case "microphone-pending": {
      if (call.isExtended) return ignore(call, "extended-before");
      const dueAt = call.acceptedAt + limits.microphoneQuestionTimeoutMs;
      return move({ ...call, isExtended: true, dueAt: Math.max(dueAt, call.dueAt) });
    }
    case "trust-pending":
      return waitForTrust(call, speakerOf(call, event.from));
    case "media-connected":
      return reportMedia(call, speakerOf(call, event.from), now);
    case "media-lost": {
      const side = speakerOf(call, event.from);
      if (!call.hasMedia[side]) return refuse(call, "wrong-state");
      return move({ ...call, hasMedia: { ...call.hasMedia, [side]: false } });
    }
    case "cancel":
    case "hang-up":
    case "page-left":
      // A cancel here has crossed the accept, and means what a hang-up means.
      return leaveByDevice(call, event.from, now);
    case "page-returned":
      return ignore(call, "not-concerned");
    case "ring-acknowledge":
    case "silence":
    case "accept":
    case "decline":
      return refuse(call, "wrong-state");
    case "due":
      return now < call.dueAt ? ignore(call, "not-due") : fail(call, now);
    case "revoked":
      // The right to ring was used when the call was taken.
      return ignore(call, "not-concerned");
    case "blocked":
      return leaveByBlock(call, event.by, now);
    case "device-gone":
      return leaveByDevice(call, event.device, now);
  }
}

/** The other side is told, so that it knows what it waits for, and for how long. */
function waitForTrust(call: ConnectingCall, side: Side): Step {
  if (call.isAsked[side]) return ignore(call, "extended-before");
  const dueAt = call.acceptedAt + limits.trustQuestionTimeoutMs;
  const waiting = { ...call, isAsked: { ...call.isAsked, [side]: true }, dueAt };
  return move(waiting, tellChange(waiting));
}

function reportMedia(call: ConnectingCall, side: Side, now: number): Step {
  // Before an answer there is no path that media could have come by.
  if (!hasBeenAnswered(call) || call.hasMedia[side]) return refuse(call, "wrong-state");
  return addMedia(call, side, now);
}

function fail(call: ConnectingCall, now: number): Step {
  const effects = [
    tellEnd(call, "caller", "failed"),
    tellEnd(call, "callee", "failed"),
    record(call, "caller", "failed"),
    record(call, "callee", "failed"),
  ];
  return end(call, effects, now);
}
