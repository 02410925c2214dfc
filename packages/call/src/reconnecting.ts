import { limits } from "@ringfence/protocol";
import { addMedia, leaveByBlock, leaveByDevice } from "./accepted.ts";
import { end, leave, recordAnswered, tellEnd } from "./end.ts";
import type { StateEvent } from "./event.ts";
import { negotiate } from "./negotiation.ts";
import { speakerOf } from "./role.ts";
import { type Side, sides } from "./side.ts";
import { type ConnectedCall, identityOf, type ReconnectingCall } from "./state.ts";
import { ignore, move, refuse, type Step } from "./step-result.ts";

/** What became of the page of a side, as far as anybody said. */
export interface Page {
  leftAt: number;
  returnedAt: number;
}

/** A side of a connected call has no media any more. */
export function loseMedia(
  call: ConnectedCall,
  side: Side,
  now: number,
  { leftAt, returnedAt }: Partial<Page>,
): ReconnectingCall {
  const { calleeDeviceId, round, connectedAt } = call;
  const neither = { caller: null, callee: null };
  return withWait({
    state: "reconnecting",
    ...identityOf(call),
    calleeDeviceId,
    round,
    connectedAt,
    lostAt: now,
    hasMedia: { caller: true, callee: true, [side]: false },
    leftAt: { ...neither, [side]: leftAt ?? null },
    returnedAt: { ...neither, [side]: returnedAt ?? null },
  });
}

/** At least one side gets no media any more. The wait counts from the first loss. */
export function stepReconnecting(call: ReconnectingCall, event: StateEvent, now: number): Step {
  switch (event.type) {
    case "offer":
    case "answer":
    case "restart":
    case "candidate":
      return negotiate(call, event);
    case "media-connected": {
      const side = speakerOf(call, event.from);
      if (call.hasMedia[side]) return refuse(call, "wrong-state");
      // Whoever has media has a page.
      const leftAt = { ...call.leftAt, [side]: null };
      return addMedia(withWait({ ...call, leftAt }), side, call.connectedAt);
    }
    case "media-lost": {
      const side = speakerOf(call, event.from);
      if (!call.hasMedia[side]) return refuse(call, "wrong-state");
      return move({ ...call, hasMedia: { ...call.hasMedia, [side]: false } });
    }
    case "page-left":
      return leavePage(call, speakerOf(call, event.from), now);
    case "page-returned":
      return returnToPage(call, speakerOf(call, event.from), now);
    case "hang-up":
      return leaveByDevice(call, event.from, now);
    case "microphone-pending":
    case "trust-pending":
    case "cancel":
    case "ring-acknowledge":
    case "silence":
    case "accept":
    case "decline":
      return refuse(call, "wrong-state");
    case "due":
      return now < call.dueAt ? ignore(call, "not-due") : giveUp(call, now);
    case "revoked":
      return ignore(call, "not-concerned");
    case "blocked":
      return leaveByBlock(call, event.by, now);
    case "device-gone":
      return leaveByDevice(call, event.device, now);
  }
}

function leavePage(call: ReconnectingCall, side: Side, now: number): Step {
  if (call.leftAt[side] !== null) return ignore(call, "said-before");
  const returnedAt = call.returnedAt[side];
  // The word of the page before, overtaken by the one that came after it.
  if (returnedAt !== null && now - returnedAt < limits.pageReturnMs) {
    return ignore(call, "not-concerned");
  }
  const leftAt = { ...call.leftAt, [side]: now };
  return move(withWait({ ...call, leftAt, hasMedia: { ...call.hasMedia, [side]: false } }));
}

/** Its person is asked now, so that the wait is that of any loss again. */
function returnToPage(call: ReconnectingCall, side: Side, now: number): Step {
  const leftAt = { ...call.leftAt, [side]: null };
  const returnedAt = { ...call.returnedAt, [side]: now };
  const hasMedia = { ...call.hasMedia, [side]: false };
  return move(withWait({ ...call, leftAt, returnedAt, hasMedia }));
}

function giveUp(call: ReconnectingCall, now: number): Step {
  const { by } = waitOf(call);
  return by === null ? lose(call, now) : leave(call, by, now);
}

function lose(call: ReconnectingCall, now: number): Step {
  const effects = [
    tellEnd(call, "caller", "lost"),
    tellEnd(call, "callee", "lost"),
    ...recordAnswered(call, now),
  ];
  return end(call, effects, now);
}

type Waiting = Omit<ReconnectingCall, "dueAt">;

function withWait(call: Waiting): ReconnectingCall {
  return { ...call, dueAt: waitOf(call).until };
}

/** The end of the wait, and the side whose page did not return by then; null for a call that is lost. */
function waitOf({ lostAt, leftAt }: Waiting): { until: number; by: Side | null } {
  let wait: { until: number; by: Side | null } = { until: lostAt + limits.lostTimeoutMs, by: null };
  for (const side of sides) {
    const until = (leftAt[side] ?? Number.POSITIVE_INFINITY) + limits.pageReturnMs;
    if (until < wait.until) wait = { until, by: side };
  }
  return wait;
}
