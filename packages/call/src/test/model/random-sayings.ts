import { type CallId, limits } from "@ringfence/protocol";
import type { CallMessage } from "../../index.ts";
import { callersIce } from "../call-run.ts";
import { signedAs } from "../signed.ts";
import type { RandomSource } from "../simulation/random-source.ts";
import type { CallModel } from "./call-model.ts";

const types: readonly [CallMessage["type"], ...CallMessage["type"][]] = [
  "offer",
  "cancel",
  "ring-acknowledge",
  "silence",
  "accept",
  "decline",
  "answer",
  "restart",
  "candidate",
  "microphone-pending",
  "trust-pending",
  "media-connected",
  "media-lost",
  "hang-up",
  "page-left",
  "page-returned",
];

/** What ends a call is said more seldom, or hardly anything would be said after it. */
const endings: ReadonlySet<string> = new Set(["cancel", "decline", "hang-up", "page-left"]);

/** What the sayings of one conversation are made of. */
export interface Vocabulary {
  callId: CallId;
  descriptions: readonly [string, ...string[]];
  candidates: readonly [string, ...string[]];
  ice: { ufrag: string; pwd: string };
}

export function opaqueVocabulary(callId: CallId): Vocabulary {
  const numbers = Array.from({ length: limits.candidatesPerPartyMax + 4 }, (_, n) => `c${n}`);
  return {
    callId,
    descriptions: ["one", "another"],
    candidates: ["", ...numbers],
    ice: callersIce,
  };
}

/** What the call waits for, so that conversations come further than chance brings them. */
export function nextSaying(
  random: RandomSource,
  { callId, descriptions, ice }: Vocabulary,
  { phase, round, offer, answer }: CallModel,
): { who: "caller" | "callee"; message: CallMessage } {
  const signed = signedAs(descriptions[0]);
  const who = random.pick(["caller", "callee"] as const);
  if (offer === null) {
    const isNewConnection = true;
    const first = { type: "offer", callId, round, isNewConnection, signed, ice } as const;
    return { who: "caller", message: first };
  }
  if (phase === "ringing")
    return { who: "callee", message: { type: "accept", callId, ends: null, answer: null } };
  if (answer === null) {
    return { who: "callee", message: { type: "answer", callId, round, signed } };
  }
  return { who, message: { type: "media-connected", callId } };
}

/** Anything that a device could say of a call, fit or not: mostly about the round that there is. */
export function randomSaying(
  random: RandomSource,
  { callId, descriptions, candidates, ice }: Vocabulary,
  roundNow: number,
): CallMessage {
  let type = random.pick(types);
  if (endings.has(type) && random.isTrue(0.7)) type = random.pick(types);
  const offset = random.pick([0, 0, 0, 0, 1, 1, -1, 2]);
  const round = Math.max(0, roundNow + offset);
  const isNewConnection = random.isTrue(0.6);
  const signed = signedAs(random.pick(descriptions));
  switch (type) {
    case "offer":
      return { type, callId, round, isNewConnection, signed, ice };
    case "answer":
      return { type, callId, round, signed };
    case "restart":
      return { type, callId, round, isNewConnection };
    case "candidate": {
      const candidate = { candidate: random.pick(candidates), sdpMid: "0", sdpMLineIndex: 0 };
      return { type, callId, round, candidate };
    }
    case "accept":
      return { type, callId, ends: null, answer: random.pick([null, signed]) };
    case "cancel":
    case "ring-acknowledge":
    case "silence":
    case "decline":
    case "microphone-pending":
    case "trust-pending":
    case "media-connected":
    case "media-lost":
    case "hang-up":
    case "page-left":
    case "page-returned":
      return { type, callId };
  }
}
