import { deviceAt, hasBeenAnswered } from "./accepted.ts";
import type { Effect } from "./effect.ts";
import type { RelayEvent } from "./event.ts";
import type { AcceptedCall, Call } from "./state.ts";
import { ignore, move, type Step } from "./step-result.ts";

/**
 * What becomes of a call whose relay is gone: it is carried by another from now on, and as soon as
 * that one knows it and both ends have described a connection, the caller is asked for another round.
 */
export function stepRelay(call: Call, event: RelayEvent): Step {
  if (call.state === "ended") return ignore(call, "ended-before");
  switch (event.type) {
    case "relay-gone":
      return changeRelay(call, event);
    case "relay-ready": {
      const isItsOwn = event.relayId === call.relay.id;
      if (!isItsOwn || !call.relay.isStale) return ignore(call, "said-before");
      if (call.state === "ringing") return ignore(call, "not-concerned");
      const restarting = restartForRelay(call);
      return restarting === null ? ignore(call, "not-concerned") : move(...restarting);
    }
  }
}

/**
 * A round that takes both ends to the relay of now.
 *
 * @returns null where there is nothing to leave, or the first answer is not there: no round may follow
 * before it
 */
export function restartForRelay(call: AcceptedCall): [AcceptedCall, Effect[]] | null {
  if (!call.relay.isStale || !hasBeenAnswered(call)) return null;
  const { round } = call;
  const isNewConnection = round.restart?.isNewConnection === true;
  const relay = { ...call.relay, isStale: false };
  const restart = { type: "restart", round: round.number, isNewConnection } as const;
  return [
    { ...call, relay, round: { ...round, restart: { isNewConnection } } },
    [{ ...restart, to: deviceAt(call, "caller") }],
  ];
}

function changeRelay(
  call: Exclude<Call, { state: "ended" }>,
  { relayId, nextId, nextUrls }: Extract<RelayEvent, { type: "relay-gone" }>,
): Step {
  // Two nodes may have seen it go.
  if (call.relay.id !== relayId || nextId === relayId) return ignore(call, "said-before");
  const left = [...call.relay.left, relayId];
  const relay = { id: nextId, urls: nextUrls, left, isStale: true };
  const effects: Effect[] = [
    { type: "relay-leave", relayId },
    { type: "relay-open", route: call.route },
  ];
  if (call.state !== "ringing") {
    const { caller, calleeDeviceId } = call;
    effects.push({ type: "relay-join", callerDeviceId: caller.deviceId, calleeDeviceId });
  }
  return move({ ...call, relay }, effects);
}
