import type { AccountId, CallOutcome, EndReason } from "@ringfence/protocol";
import type { Effect, Recipient } from "./effect.ts";
import { otherSide, type Side } from "./side.ts";
import { type AcceptedCall, type Call, type EndedCall, identityOf } from "./state.ts";
import { move, type Step } from "./step-result.ts";

/** Every device of an account. */
export function everyDevice(accountId: AccountId): Recipient {
  return { accountId, devices: "all" };
}

function accountOf(call: Call, side: Side): AccountId {
  return side === "caller" ? call.caller.accountId : call.calleeAccountId;
}

/** To every device of a side: the call is over. */
export function tellEnd(call: Call, side: Side, reason: EndReason): Effect {
  return { type: "call-ended", to: everyDevice(accountOf(call, side)), reason };
}

export function record(call: Call, side: Side, outcome: CallOutcome, durationMs = 0): Effect {
  return { type: "record", accountId: accountOf(call, side), outcome, durationMs };
}

/** The end of a call. What each side is told and keeps is the caller's of this function. */
export function end(call: Call, effects: readonly Effect[], now: number): Step {
  const ended: EndedCall = { state: "ended", ...identityOf(call), endedAt: now };
  return move(ended, [...effects, { type: "relay-end" }]);
}

/**
 * One side leaves an accepted call. It counts as answered, whether or not media had come: somebody
 * took it. A block is told like any other hang-up.
 */
export function leave(call: AcceptedCall, side: Side, now: number): Step {
  const effects = [
    tellEnd(call, side, "cancelled"),
    tellEnd(call, otherSide(side), "hung-up"),
    ...recordAnswered(call, now),
  ];
  return end(call, effects, now);
}

/** Both sides remember the same length: from the first media of both until media last stopped. */
export function recordAnswered(call: AcceptedCall, now: number): Effect[] {
  const durationMs = connectedMsOf(call, now);
  return [
    record(call, "caller", "answered", durationMs),
    record(call, "callee", "answered", durationMs),
  ];
}

function connectedMsOf(call: AcceptedCall, now: number): number {
  switch (call.state) {
    case "connecting":
      return 0;
    case "connected":
      // A clock that was set back makes no negative lengths.
      return Math.max(0, now - call.connectedAt);
    case "reconnecting":
      return Math.max(0, call.lostAt - call.connectedAt);
  }
}
