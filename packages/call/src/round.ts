import { IceCandidate, limits, RoundNumber, SignedDescription } from "@ringfence/protocol";
import { z } from "zod";
import { bySide } from "./side.ts";

/**
 * One exchange of offer and answer, with what the two devices said in it. A later one takes its
 * place; nothing is kept of those before.
 */
export const Round = z.object({
  number: RoundNumber,
  /** It begins a new connection on both sides; else ICE restarts on the one of the round before. */
  isNewConnection: z.boolean(),
  offer: SignedDescription.nullable(),
  answer: SignedDescription.nullable(),
  /** Without those of a direct call that show an address: they are passed on and not kept. */
  candidates: bySide(z.array(IceCandidate).max(limits.candidatesPerPartyMax)),
  /** How many each side has sent, kept or not. */
  candidateCount: bySide(z.number().int().nonnegative()),
  /** The callee's device wants to leave this round. */
  restart: z.object({ isNewConnection: z.boolean() }).nullable(),
});
export type Round = z.infer<typeof Round>;

/** The round that an accept begins, of what the caller had said until then. */
export function firstRound(offer: SignedDescription | null, candidates: IceCandidate[]): Round {
  return {
    number: 0,
    isNewConnection: true,
    offer,
    answer: null,
    candidates: { caller: candidates, callee: [] },
    candidateCount: { caller: candidates.length, callee: 0 },
    restart: null,
  };
}

/** The round of an offer. */
export function nextRound(
  number: RoundNumber,
  isNewConnection: boolean,
  offer: SignedDescription,
): Round {
  return { ...firstRound(offer, []), number, isNewConnection };
}

export function isSameCandidate(one: IceCandidate, other: IceCandidate): boolean {
  return (
    one.candidate === other.candidate &&
    one.sdpMid === other.sdpMid &&
    one.sdpMLineIndex === other.sdpMLineIndex
  );
}
