import { type AccountId, isSameDescription, limits } from "@ringfence/protocol";
import { deviceAt } from "./accepted.ts";
import type { Effect, Recipient } from "./effect.ts";
import { end, everyDevice, record, tellEnd } from "./end.ts";
import type { StateEvent } from "./event.ts";
import { placeOf } from "./role.ts";
import type { CallDevice } from "./side.ts";
import { restartForRelay } from "./relay.ts";
import { firstRound, isSameCandidate } from "./round.ts";
import { type ConnectingCall, identityOf, type RingingCall } from "./state.ts";
import { ignore, move, refuse, type Step } from "./step-result.ts";

/** Every device of the callee rings. What the caller wrote reaches them to be kept, not to be read. */
export function stepRinging(call: RingingCall, event: StateEvent, now: number): Step {
  switch (event.type) {
    case "offer":
      return offer(call, event);
    case "candidate":
      return addCandidate(call, event);
    case "microphone-pending":
      if (placeOf(call, event.from) === null || call.isMicrophonePending) {
        return refuse(call, "wrong-state");
      }
      return move({ ...call, isMicrophonePending: true });
    case "trust-pending":
      // Nothing of the other end is known yet.
      return refuse(call, "wrong-state");
    case "hang-up":
    case "page-left":
      // For the caller of a ring both are a cancel. A page of the callee that closes ends nothing.
      if (placeOf(call, event.from) === null) return refuse(call, "wrong-state");
      return giveUp(call, "cancelled", now);
    case "cancel":
      return giveUp(call, "cancelled", now);
    case "ring-acknowledge":
      return call.isRevoked ? refuse(call, "wrong-state") : ignore(call, "acknowledged");
    case "silence":
      if (call.isRevoked || call.isSilenced) return refuse(call, "wrong-state");
      return move({ ...call, isSilenced: true }, [
        { type: "silenced", to: everyDevice(call.calleeAccountId) },
      ]);
    case "accept":
      return call.isRevoked ? refuse(call, "wrong-state") : accept(call, event, now);
    case "decline":
      return call.isRevoked ? refuse(call, "wrong-state") : decline(call, event.from, now);
    case "page-returned":
      if (placeOf(call, event.from) === null) return refuse(call, "wrong-state");
      return ignore(call, "not-concerned");
    case "answer":
    case "restart":
    case "media-connected":
    case "media-lost":
      return refuse(call, "wrong-state");
    case "due":
      return now < call.dueAt ? ignore(call, "not-due") : giveUp(call, "no-answer", now);
    case "revoked":
      return revoke(call, [record(call, "callee", "missed")]);
    case "blocked":
      return block(call, event.by, now);
    case "device-gone":
      if (placeOf(call, event.device) === null) return ignore(call, "not-concerned");
      return giveUp(call, "cancelled", now);
  }
}

/** Kept for the first accept. Devices that ring get it to keep unread, and two words of it to read. */
function offer(call: RingingCall, event: Extract<StateEvent, { type: "offer" }>): Step {
  const { round, isNewConnection, signed, ice } = event;
  if (round !== 0 || !isNewConnection) return refuse(call, "wrong-state");
  if (call.offer !== null) {
    const isSame = isSameDescription(signed, call.offer.signed);
    return isSame ? ignore(call, "said-before") : refuse(call, "wrong-state");
  }
  const offered = { ...call, offer: { signed, ice } };
  if (call.isRevoked) return move(offered);
  const to = everyDevice(call.calleeAccountId);
  return move(offered, [{ type: "prepare", to, ice, offer: signed }]);
}

function addCandidate(call: RingingCall, event: Extract<StateEvent, { type: "candidate" }>): Step {
  const { candidate, round } = event;
  // A callee's device has nothing to say before it has accepted.
  if (placeOf(call, event.from) === null || call.offer === null || round !== 0) {
    return refuse(call, "wrong-state");
  }
  if (call.candidates.some((one) => isSameCandidate(one, candidate))) {
    return ignore(call, "said-before");
  }
  if (call.candidates.length >= limits.candidatesPerPartyMax) {
    return refuse(call, "too-many-requests");
  }
  return move({ ...call, candidates: [...call.candidates, candidate] });
}

/** The first accept wins: from here on this device is the callee. */
function accept(
  call: RingingCall,
  { from: winner, answer }: Extract<StateEvent, { type: "accept" }>,
  now: number,
): Step {
  if (answer !== null && call.offer === null) return refuse(call, "wrong-state");
  const wait = call.isMicrophonePending
    ? limits.microphoneQuestionTimeoutMs
    : limits.connectTimeoutMs;
  const connecting: ConnectingCall = {
    state: "connecting",
    ...identityOf(call),
    calleeDeviceId: winner.deviceId,
    round: { ...firstRound(call.offer?.signed ?? null, call.candidates), answer },
    acceptedAt: now,
    dueAt: now + wait,
    isExtended: call.isMicrophonePending,
    isAsked: { caller: false, callee: false },
    hasMedia: { caller: false, callee: false },
  };
  const toWinner: Recipient = { ...winner, devices: "only" };
  const toOthers: Recipient = { ...winner, devices: "all-but" };
  const toCaller = everyDevice(call.caller.accountId);
  const effects: Effect[] = [
    { type: "relay-join", callerDeviceId: call.caller.deviceId, calleeDeviceId: winner.deviceId },
    { type: "accepted", to: toWinner, isWinner: true, offer: connecting.round.offer },
    { type: "accepted", to: toCaller, isWinner: false, offer: null },
    { type: "call-ended", to: toOthers, reason: "answered-elsewhere" },
  ];
  if (answer !== null) {
    effects.push({
      type: "answer",
      to: deviceAt(connecting, "caller"),
      round: 0,
      signed: answer,
    });
  }
  for (const candidate of call.candidates) {
    effects.push({ type: "candidate", to: toWinner, round: 0, candidate });
  }
  const [moved, restart] = restartForRelay(connecting) ?? [connecting, []];
  return move(moved, [...effects, ...restart]);
}

function decline(call: RingingCall, by: CallDevice, now: number): Step {
  const effects: Effect[] = [
    { type: "call-ended", to: { ...by, devices: "only" }, reason: "cancelled" },
    { type: "call-ended", to: { ...by, devices: "all-but" }, reason: "declined-elsewhere" },
    tellEnd(call, "caller", "declined"),
    record(call, "caller", "declined"),
    record(call, "callee", "declined"),
  ];
  return end(call, effects, now);
}

/** The caller cancelled, or nobody took it in time. The callee is told the same of both. */
function giveUp(call: RingingCall, outcome: "cancelled" | "no-answer", now: number): Step {
  const forCaller = [tellEnd(call, "caller", outcome), record(call, "caller", outcome)];
  const forCallee = [tellEnd(call, "callee", "missed"), record(call, "callee", "missed")];
  // The callee of a ring that was revoked has been told and has its record already.
  return end(call, call.isRevoked ? forCaller : [...forCallee, ...forCaller], now);
}

function block(call: RingingCall, by: AccountId, now: number): Step {
  if (by === call.calleeAccountId) return revoke(call, []);
  // To the callee a caller who blocks is one who cancels: that it was a block stays unsaid.
  if (by === call.caller.accountId) return giveUp(call, "cancelled", now);
  return ignore(call, "not-concerned");
}

/**
 * The callee's devices fall silent at once. The caller hears ringing until its ordinary end and
 * cannot tell this from a ring that nobody heard.
 */
function revoke(call: RingingCall, records: readonly Effect[]): Step {
  if (call.isRevoked) return ignore(call, "not-concerned");
  return move({ ...call, isRevoked: true }, [tellEnd(call, "callee", "revoked"), ...records]);
}
