import { leaveByBlock, leaveByDevice, tellChange } from "./accepted.ts";
import type { StateEvent } from "./event.ts";
import { negotiate } from "./negotiation.ts";
import { loseMedia, type Page } from "./reconnecting.ts";
import { speakerOf } from "./role.ts";
import type { Side } from "./side.ts";
import type { ConnectedCall } from "./state.ts";
import { ignore, move, refuse, type Step } from "./step-result.ts";

/** Media flows both ways. */
export function stepConnected(call: ConnectedCall, event: StateEvent, now: number): Step {
  switch (event.type) {
    case "offer":
    case "answer":
    case "restart":
    case "candidate":
      return negotiate(call, event);
    case "media-lost":
      return reconnect(call, speakerOf(call, event.from), now);
    case "page-left":
      return reconnect(call, speakerOf(call, event.from), now, { leftAt: now });
    case "page-returned":
      // Its page before crashed, without a word.
      return reconnect(call, speakerOf(call, event.from), now, { returnedAt: now });
    case "hang-up":
      return leaveByDevice(call, event.from, now);
    case "microphone-pending":
    case "trust-pending":
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

function reconnect(call: ConnectedCall, side: Side, now: number, page: Partial<Page> = {}): Step {
  const reconnecting = loseMedia(call, side, now, page);
  return move(reconnecting, tellChange(reconnecting));
}
