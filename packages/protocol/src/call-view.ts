import { z } from "zod";
import { CallRoute } from "./call-route.ts";
import { CallKind } from "./conversation.ts";
import { IceCandidate } from "./description.ts";
import { CallId } from "./id.ts";
import { limits } from "./limits.ts";
import { Person } from "./person.ts";
import { RingReason } from "./ring-reason.ts";
import { RoundNumber } from "./round.ts";
import { DeviceChain, SignedDescription } from "./signed-description.ts";

/** A call that is not over, as one account's device sees it. Times are relative: clocks differ. */
export const CallView = z.object({
  callId: CallId,
  role: z.enum(["caller", "callee"]),
  kind: CallKind,
  with: Person,
  state: z.enum(["ringing", "connecting", "connected", "reconnecting"]),
  /** Decided at the invite, for the whole call. `direct`: each may see the other's address. */
  route: CallRoute,
  /** This device is the one in the call (the one that rang, or the one that accepted). */
  isThisDevice: z.boolean(),
  /** For the callee while ringing; null otherwise. */
  reason: RingReason.nullable(),
  /**
   * For the callee while ringing: it makes no sound, vibration or notification, because of quiet
   * hours or of how often they were rung. It shows, and can be taken.
   */
  isQuiet: z.boolean(),
  /** For the callee while ringing: somebody here silenced it. */
  isSilenced: z.boolean(),
  /** While connecting: the other side's person is asked whether this device is who it should be. */
  isOtherAsked: z.boolean(),
  /** Milliseconds left of the ring; 0 in every other state. */
  ringRemainingMs: z.number().int().nonnegative(),
  /** Milliseconds since both reported media; 0 before. */
  connectedForMs: z.number().int().nonnegative(),
});
export type CallView = z.infer<typeof CallView>;

/** Why a call is over, as this side is told. */
export const EndReason = z.enum([
  /** Caller: no permit. Nothing else is said. */
  "unavailable",
  /** Caller: 45 s passed. */
  "no-answer",
  /** Caller: the other said "can't talk now". */
  "declined",
  /** Callee: 45 s passed, or the caller gave up. */
  "missed",
  /** This account's own other device, or this account itself, cancelled, declined or hung up. */
  "cancelled",
  "declined-elsewhere",
  "answered-elsewhere",
  "hung-up",
  /** 20 s passed without media from both. */
  "failed",
  /** One side was gone for 60 s. */
  "lost",
  /** Callee: the right to ring ended while it rang. */
  "revoked",
]);
export type EndReason = z.infer<typeof EndReason>;

/** TURN servers and a credential for one party of one call. */
export const RelayCredential = z.object({
  urls: z.array(z.string()).min(1),
  username: z.string(),
  credential: z.string(),
});
export type RelayCredential = z.infer<typeof RelayCredential>;

/**
 * The place of one device in its call: the calling device's, or that of the one that accepted. What it
 * holds is of the current round alone.
 */
export const CallPlace = z.object({
  callId: CallId,
  /** A fresh one. */
  relay: RelayCredential,
  round: RoundNumber,
  isNewConnection: z.boolean(),
  /** What the server has of this round, whichever side said it: what is missing is said again. */
  offer: SignedDescription.nullable(),
  answer: SignedDescription.nullable(),
  /** The other account's devices. */
  chain: DeviceChain,
  /** The other side's, as far as they show no address; those that do are passed on and not kept. */
  candidates: z.array(IceCandidate).max(limits.candidatesPerPartyMax),
  /** How many candidates of this device the server has taken. */
  candidatesHeard: z.number().int().nonnegative(),
  /** The callee's device has asked to leave this round. */
  restart: z.object({ isNewConnection: z.boolean() }).nullable(),
});
export type CallPlace = z.infer<typeof CallPlace>;
