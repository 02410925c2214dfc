import { type IceCandidate, limits, type SignedDescription } from "@ringfence/protocol";
import type { CallMessage } from "../../index.ts";

/**
 * The call machine once more, so short that it can be checked by reading: where the machine has a
 * function for each state, this has one for each word. The two are held against each other over
 * random conversations; neither knows of the other.
 */

/** Who a device is in the call. `callee` while nobody has accepted; afterwards `winner` or `loser`. */
export type Who = "caller" | "callers-other" | "callee" | "winner" | "loser" | "stranger";
type Side = "caller" | "callee";

export interface CallModel {
  phase: "ringing" | "connecting" | "connected" | "reconnecting" | "ended";
  isRevoked: boolean;
  isSilenced: boolean;
  /** A microphone question was heard of: before the accept, or after it. */
  hasQuestion: boolean;
  isAsked: Record<Side, boolean>;
  round: number;
  offer: string | null;
  answer: string | null;
  candidates: Record<Side, readonly string[]>;
  hasMedia: Record<Side, boolean>;
  acceptedAt: number;
  lostAt: number;
  leftAt: Record<Side, number | null>;
  returnedAt: Record<Side, number | null>;
  /** When the wait of the phase is over; null where there is none. */
  dueAt: number | null;
}

/** `moved` with what changed; everything else leaves the call as it was. */
export type Verdict =
  | { outcome: "moved"; change: Partial<CallModel> }
  | { outcome: "ignored" | "wrong-state" | "wrong-role" | "call-not-found" | "too-many-requests" };

const nobody = { caller: null, callee: null };
const neither = { caller: false, callee: false };
const ignored = { outcome: "ignored" } as const;
const wrongState = { outcome: "wrong-state" } as const;
const tooMany = { outcome: "too-many-requests" } as const;
const moved = (change: Partial<CallModel> = {}): Verdict => ({ outcome: "moved", change });
const ended = moved({ phase: "ended", dueAt: null });

export function newCallModel(now: number): CallModel {
  return {
    phase: "ringing",
    isRevoked: false,
    isSilenced: false,
    hasQuestion: false,
    isAsked: neither,
    round: 0,
    offer: null,
    answer: null,
    candidates: { caller: [], callee: [] },
    hasMedia: neither,
    acceptedAt: 0,
    lostAt: 0,
    leftAt: nobody,
    returnedAt: nobody,
    dueAt: now + limits.ringTimeoutMs,
  };
}

const callersWords: ReadonlySet<string> = new Set(["offer", "cancel"]);
const ringWords: ReadonlySet<string> = new Set([
  "ring-acknowledge",
  "silence",
  "accept",
  "decline",
]);
const calleesWords: ReadonlySet<string> = new Set([...ringWords, "answer", "restart"]);

/** What a call does with a message. */
export function judge(call: CallModel, who: Who, said: CallMessage, now: number): Verdict {
  if (who === "stranger") return { outcome: "call-not-found" };
  const isCallers = who === "caller" || who === "callers-other";
  const isOthers = (isCallers ? calleesWords : callersWords).has(said.type);
  if (isOthers || who === "callers-other") return { outcome: "wrong-role" };
  if (call.phase === "ended") return wrongState;
  if (who === "loser") {
    return ringWords.has(said.type) ? wrongState : { outcome: "wrong-role" };
  }
  // Before its accept a device of the callee has the words of a ring, and no other.
  if (who === "callee" && !ringWords.has(said.type)) return wrongState;
  return judgeWord(call, isCallers ? "caller" : "callee", said, now);
}

/** What a call does when its time has come. */
export function judgeDue(call: CallModel, now: number): Verdict {
  return call.dueAt === null || now < call.dueAt ? ignored : ended;
}

function judgeWord(call: CallModel, side: Side, said: CallMessage, now: number): Verdict {
  const { phase } = call;
  const isRinging = phase === "ringing";
  const isUnderWay = phase === "connected" || phase === "reconnecting";
  switch (said.type) {
    case "ring-acknowledge":
      return isRinging && !call.isRevoked ? ignored : wrongState;
    case "silence":
      if (!isRinging || call.isRevoked || call.isSilenced) return wrongState;
      return moved({ isSilenced: true });
    case "decline":
      return isRinging && !call.isRevoked ? ended : wrongState;
    case "accept":
      if (!isRinging || call.isRevoked) return wrongState;
      return said.answer !== null && call.offer === null ? wrongState : take(call, said, now);
    case "cancel":
      return isUnderWay ? wrongState : ended;
    case "hang-up":
      return ended;
    case "offer":
      return judgeOffer(call, said);
    case "answer":
      if (isRinging || said.round !== call.round || call.offer === null) return wrongState;
      if (call.answer === null) return moved({ answer: said.signed.description });
      return said.signed.description === call.answer ? ignored : wrongState;
    case "restart":
      if (isRinging) return wrongState;
      if (said.round !== call.round) return ignored;
      return phase === "connecting" && call.answer === null ? wrongState : moved();
    case "candidate":
      return judgeCandidate(call, side, said);
    case "microphone-pending":
      if (isUnderWay || (isRinging && call.hasQuestion)) return wrongState;
      if (call.hasQuestion) return ignored;
      return moved({
        hasQuestion: true,
        dueAt: isRinging ? call.dueAt : later(call, limits.microphoneQuestionTimeoutMs),
      });
    case "trust-pending":
      if (phase !== "connecting") return wrongState;
      if (call.isAsked[side]) return ignored;
      return moved({
        isAsked: { ...call.isAsked, [side]: true },
        dueAt: later(call, limits.trustQuestionTimeoutMs),
      });
    case "media-connected":
      return judgeMedia(call, side);
    case "media-lost":
      if (phase === "connected") return lose(call, side, now, {});
      if (isRinging || !call.hasMedia[side]) return wrongState;
      return moved({ hasMedia: { ...call.hasMedia, [side]: false } });
    case "page-left":
      return isUnderWay ? leave(call, side, now) : ended;
    case "page-returned": {
      if (!isUnderWay) return ignored;
      const back = { leftAt: null, returnedAt: now };
      return lose(call, side, now, back);
    }
  }
}

/** Of two questions the longer wait counts. */
function later(call: CallModel, waitMs: number): number {
  return Math.max(call.dueAt ?? 0, call.acceptedAt + waitMs);
}

function take(
  call: CallModel,
  { answer }: Extract<CallMessage, { type: "accept" }>,
  now: number,
): Verdict {
  const { microphoneQuestionTimeoutMs, connectTimeoutMs } = limits;
  const waitMs = call.hasQuestion ? microphoneQuestionTimeoutMs : connectTimeoutMs;
  return moved({
    phase: "connecting",
    answer: answer?.description ?? null,
    acceptedAt: now,
    dueAt: now + waitMs,
  });
}

function judgeOffer(call: CallModel, said: Extract<CallMessage, { type: "offer" }>): Verdict {
  const isFirst = said.round === 0 && said.isNewConnection;
  const text = textOf(said);
  if (said.round === call.round && call.offer !== null) {
    return text === call.offer ? ignored : wrongState;
  }
  if (said.round === call.round) return isFirst ? moved({ offer: text }) : wrongState;
  const mayFollow = call.phase === "connecting" ? call.answer !== null : call.phase !== "ringing";
  if (said.round !== call.round + 1 || !mayFollow) return wrongState;
  if (said.round >= limits.roundsPerCallMax) return tooMany;
  const nothing = { answer: null, candidates: { caller: [], callee: [] } };
  return moved({ ...nothing, round: said.round, offer: text });
}

/** While it rings only the text counts; later also what kind of round it begins. */
export function textOf({
  signed,
  isNewConnection,
}: {
  signed: SignedDescription;
  isNewConnection: boolean;
}): string {
  return `${signed.description} ${isNewConnection}`;
}

function judgeCandidate(
  call: CallModel,
  side: Side,
  said: Extract<CallMessage, { type: "candidate" }>,
): Verdict {
  if (call.phase !== "ringing" && said.round < call.round) return ignored;
  const own = side === "caller" ? call.offer : call.answer;
  if (said.round !== call.round || own === null) return wrongState;
  const known = call.candidates[side];
  const text = candidateText(said.candidate);
  if (known.includes(text)) return ignored;
  if (known.length >= limits.candidatesPerPartyMax) return tooMany;
  return moved({ candidates: { ...call.candidates, [side]: [...known, text] } });
}

export function candidateText(candidate: IceCandidate): string {
  return JSON.stringify([candidate.candidate, candidate.sdpMid, candidate.sdpMLineIndex]);
}

function judgeMedia(call: CallModel, side: Side): Verdict {
  const wasAnswered = call.round > 0 || call.answer !== null;
  const mayCome = call.phase === "reconnecting" || (call.phase === "connecting" && wasAnswered);
  if (!mayCome || call.hasMedia[side]) return wrongState;
  const hasMedia = { ...call.hasMedia, [side]: true };
  if (hasMedia.caller && hasMedia.callee)
    return moved({ phase: "connected", hasMedia, dueAt: null });
  if (call.phase === "connecting") return moved({ hasMedia });
  const leftAt = { ...call.leftAt, [side]: null };
  return moved({ hasMedia, leftAt, dueAt: dueAfterLoss(call.lostAt, leftAt) });
}

function leave(call: CallModel, side: Side, now: number): Verdict {
  if (call.phase === "connected") return lose(call, side, now, { leftAt: now });
  const returnedAt = call.returnedAt[side] ?? Number.NEGATIVE_INFINITY;
  if (call.leftAt[side] !== null || now - returnedAt < limits.pageReturnMs) return ignored;
  return lose(call, side, now, { leftAt: now });
}

/** A side has no media: the first of the two begins the wait. */
function lose(
  call: CallModel,
  side: Side,
  now: number,
  page: { leftAt?: number | null; returnedAt?: number },
): Verdict {
  const isFirst = call.phase === "connected";
  const lostAt = isFirst ? now : call.lostAt;
  const before = isFirst ? { leftAt: nobody, returnedAt: nobody } : call;
  const leftAt = { ...before.leftAt, ...("leftAt" in page && { [side]: page.leftAt }) };
  const returnedAt = {
    ...before.returnedAt,
    ...("returnedAt" in page && { [side]: page.returnedAt }),
  };
  const both = { caller: true, callee: true };
  const hasMedia = { ...(isFirst ? both : call.hasMedia), [side]: false };
  const dueAt = dueAfterLoss(lostAt, leftAt);
  return moved({ phase: "reconnecting", lostAt, leftAt, returnedAt, hasMedia, dueAt });
}

function dueAfterLoss(lostAt: number, leftAt: Record<Side, number | null>): number {
  const returns = [leftAt.caller, leftAt.callee].flatMap((at) =>
    at === null ? [] : [at + limits.pageReturnMs],
  );
  return Math.min(lostAt + limits.lostTimeoutMs, ...returns);
}
