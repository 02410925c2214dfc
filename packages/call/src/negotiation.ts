import { checkCandidate, isSameDescription, limits } from "@ringfence/protocol";
import { deviceAt } from "./accepted.ts";
import type { DeviceEvent } from "./event.ts";
import { restartForRelay } from "./relay.ts";
import { speakerOf } from "./role.ts";
import { isSameCandidate, nextRound } from "./round.ts";
import { otherSide } from "./side.ts";
import type { AcceptedCall } from "./state.ts";
import { ignore, move, refuse, type Step } from "./step-result.ts";

/** What the two devices of an accepted call say of their connection: round by round. */
export type Negotiation = Extract<
  DeviceEvent,
  { type: "offer" | "answer" | "restart" | "candidate" }
>;

export function negotiate(call: AcceptedCall, event: Negotiation): Step {
  switch (event.type) {
    case "offer":
      return offer(call, event);
    case "answer":
      return answer(call, event);
    case "restart":
      return restart(call, event);
    case "candidate":
      return candidate(call, event);
  }
}

function offer(call: AcceptedCall, event: Extract<Negotiation, { type: "offer" }>): Step {
  const { round } = call;
  const { round: number, isNewConnection, signed } = event;
  if (number === round.number && round.offer !== null) {
    const isSame =
      isSameDescription(signed, round.offer) && isNewConnection === round.isNewConnection;
    return isSame ? ignore(call, "said-before") : refuse(call, "wrong-state");
  }
  const isFirst = number === round.number && isNewConnection;
  // While it connects, one round has to be over before the next: there is nothing to be saved yet.
  const mayFollow = call.state !== "connecting" || round.answer !== null;
  const isNext = number === round.number + 1 && mayFollow;
  if (!isFirst && !isNext) return refuse(call, "wrong-state");
  if (number >= limits.roundsPerCallMax) return refuse(call, "too-many-requests");
  // A round that begins now is of the relay of now.
  const relay = isNext ? { ...call.relay, isStale: false } : call.relay;
  return move({ ...call, relay, round: nextRound(number, isNewConnection, signed) }, [
    { type: "offer", to: deviceAt(call, "callee"), round: number, isNewConnection, signed },
  ]);
}

function answer(call: AcceptedCall, event: Extract<Negotiation, { type: "answer" }>): Step {
  const { round } = call;
  const { round: number, signed } = event;
  if (number !== round.number || round.offer === null) return refuse(call, "wrong-state");
  if (round.answer !== null) {
    const isSame = isSameDescription(signed, round.answer);
    return isSame ? ignore(call, "said-before") : refuse(call, "wrong-state");
  }
  const answered = { ...call, round: { ...round, answer: signed } };
  const [moved, another] = restartForRelay(answered) ?? [answered, []];
  return move(moved, [
    { type: "answer", to: deviceAt(call, "caller"), round: number, signed },
    ...another,
  ]);
}

/** It is passed on each time: whoever says it again has heard of no offer. */
function restart(call: AcceptedCall, event: Extract<Negotiation, { type: "restart" }>): Step {
  const { round } = call;
  if (event.round !== round.number) return ignore(call, "other-round");
  if (call.state === "connecting" && round.answer === null) return refuse(call, "wrong-state");
  // A page that has no connection any more needs a new one, whatever was asked before it was lost.
  const isNewConnection = event.isNewConnection || round.restart?.isNewConnection === true;
  return move({ ...call, round: { ...round, restart: { isNewConnection } } }, [
    { type: "restart", to: deviceAt(call, "caller"), round: round.number, isNewConnection },
  ]);
}

function candidate(call: AcceptedCall, event: Extract<Negotiation, { type: "candidate" }>): Step {
  const { round } = call;
  const from = speakerOf(call, event.from);
  if (event.round < round.number) return ignore(call, "other-round");
  const own = from === "caller" ? round.offer : round.answer;
  if (event.round > round.number || own === null) return refuse(call, "wrong-state");
  const kept = round.candidates[from];
  if (kept.some((one) => isSameCandidate(one, event.candidate))) return ignore(call, "said-before");
  const count = round.candidateCount[from];
  if (count >= limits.candidatesPerPartyMax) return refuse(call, "too-many-requests");
  const showsNothing =
    call.route === "relayed" || checkCandidate(event.candidate, "relayed").allowed;
  const candidates = showsNothing
    ? { ...round.candidates, [from]: [...kept, event.candidate] }
    : round.candidates;
  const candidateCount = { ...round.candidateCount, [from]: count + 1 };
  return move({ ...call, round: { ...round, candidates, candidateCount } }, [
    {
      type: "candidate",
      to: deviceAt(call, otherSide(from)),
      round: round.number,
      candidate: event.candidate,
    },
  ]);
}
