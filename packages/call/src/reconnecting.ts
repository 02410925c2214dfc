import { addMedia, forwardCandidate, leaveByBlock, leaveByDevice } from "./accepted.ts";
import { end, recordAnswered, tellEnd } from "./end.ts";
import type { CallEvent } from "./event.ts";
import { speakerOf } from "./role.ts";
import type { ReconnectingCall } from "./state.ts";
import { ignore, move, refuse, type Step } from "./step-result.ts";

/** At least one side gets no media any more. The wait counts from the first loss. */
export function stepReconnecting(call: ReconnectingCall, event: CallEvent, now: number): Step {
  switch (event.type) {
    case "candidate":
      return forwardCandidate(call, speakerOf(call, event.from), event.candidate);
    case "media-connected": {
      const side = speakerOf(call, event.from);
      if (call.hasMedia[side]) return refuse(call, "wrong-state");
      return addMedia(call, side, call.connectedAt);
    }
    case "media-lost": {
      const side = speakerOf(call, event.from);
      if (!call.hasMedia[side]) return refuse(call, "wrong-state");
      return move({ ...call, hasMedia: { ...call.hasMedia, [side]: false } });
    }
    case "hang-up":
      return leaveByDevice(call, event.from, now);
    case "offer":
    case "answer":
    case "microphone-pending":
    case "cancel":
    case "ring-acknowledge":
    case "silence":
    case "accept":
    case "decline":
      return refuse(call, "wrong-state");
    case "due":
      return now < call.dueAt ? ignore(call, "not-due") : lose(call, now);
    case "revoked":
      return ignore(call, "not-concerned");
    case "blocked":
      return leaveByBlock(call, event.by, now);
    case "device-gone":
      return leaveByDevice(call, event.device, now);
  }
}

function lose(call: ReconnectingCall, now: number): Step {
  const effects = [
    tellEnd(call, "caller", "lost"),
    tellEnd(call, "callee", "lost"),
    ...recordAnswered(call, now),
  ];
  return end(call, effects, now);
}
