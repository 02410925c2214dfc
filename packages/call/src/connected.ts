import { limits } from "@ringfence/protocol";
import { forwardCandidate, leaveByBlock, leaveByDevice, tellChange } from "./accepted.ts";
import type { CallEvent } from "./event.ts";
import { speakerOf } from "./role.ts";
import type { Side } from "./side.ts";
import { type ConnectedCall, identityOf, type ReconnectingCall } from "./state.ts";
import { ignore, move, refuse, type Step } from "./step-result.ts";

/** Media flows both ways. */
export function stepConnected(call: ConnectedCall, event: CallEvent, now: number): Step {
  switch (event.type) {
    case "candidate":
      return forwardCandidate(call, speakerOf(call, event.from), event.candidate);
    case "media-lost":
      return loseMedia(call, speakerOf(call, event.from), now);
    case "hang-up":
      return leaveByDevice(call, event.from, now);
    case "offer":
    case "answer":
    case "microphone-pending":
    case "media-connected":
    // The caller's own word made this call connected, so that a cancel cannot have crossed it.
    case "cancel":
    case "ring-acknowledge":
    case "silence":
    case "accept":
    case "decline":
      return refuse(call, "wrong-state");
    case "due":
      return ignore(call, "not-due");
    case "revoked":
      return ignore(call, "not-concerned");
    case "blocked":
      return leaveByBlock(call, event.by, now);
    case "device-gone":
      return leaveByDevice(call, event.device, now);
  }
}

function loseMedia(call: ConnectedCall, side: Side, now: number): Step {
  const { calleeDeviceId, candidateCount, connectedAt } = call;
  const reconnecting: ReconnectingCall = {
    state: "reconnecting",
    ...identityOf(call),
    calleeDeviceId,
    candidateCount,
    connectedAt,
    lostAt: now,
    dueAt: now + limits.lostTimeoutMs,
    hasMedia: { caller: true, callee: true, [side]: false },
  };
  return move(reconnecting, tellChange(reconnecting));
}
