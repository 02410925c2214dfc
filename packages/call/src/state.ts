import {
  AccountId,
  CallId,
  CallKind,
  CallRoute,
  DeviceId,
  IceCandidate,
  IceParameters,
  limits,
  RingReason,
  SignedDescription,
} from "@ringfence/protocol";
import { z } from "zod";
import { CallRelay, relayAtBegin } from "./call-relay.ts";
import { Round } from "./round.ts";
import { bySide, CallDevice } from "./side.ts";

/** Unix time in milliseconds. */
const Time = z.number().int();

/** What a call is from its invite to its end. */
const identity = {
  callId: CallId,
  kind: CallKind,
  /** The row of the policy that allowed the ring, in the callee's words. */
  reason: RingReason,
  /** The device that rang. It speaks for its account during the whole call. */
  caller: CallDevice,
  calleeAccountId: AccountId,
  rangAt: Time,
  /** Decided once, at the invite. A call of a version that knew no other was relayed. */
  route: CallRoute.default("relayed"),
  /** Chosen at the invite, and again when it is gone. */
  relay: CallRelay.default(relayAtBegin("")),
};

/** What an accepted call has besides. */
const accepted = {
  ...identity,
  /** The device whose accept won. */
  calleeDeviceId: DeviceId,
  round: Round,
};

export const RingingCall = z.object({
  state: z.literal("ringing"),
  ...identity,
  dueAt: Time,
  /** The caller's description, which nobody reads until a device has accepted. */
  offer: z.object({ signed: SignedDescription, ice: IceParameters }).nullable(),
  candidates: z.array(IceCandidate).max(limits.candidatesPerPartyMax),
  /** The caller's browser asks for the microphone. */
  isMicrophonePending: z.boolean(),
  /** It never made a sound. A ring of a version that knew no quiet hours was loud. */
  isQuiet: z.boolean().default(false),
  isSilenced: z.boolean(),
  /** The right to ring ended: it rings on for the caller's ears alone. */
  isRevoked: z.boolean(),
});
export type RingingCall = z.infer<typeof RingingCall>;

export const ConnectingCall = z.object({
  state: z.literal("connecting"),
  ...accepted,
  acceptedAt: Time,
  dueAt: Time,
  /** The wait was made longer for a microphone question. */
  isExtended: z.boolean(),
  /** Whose person is asked who the other is. A call of a version without the word has nobody asked. */
  isAsked: bySide(z.boolean()).default({ caller: false, callee: false }),
  hasMedia: bySide(z.boolean()),
});
export type ConnectingCall = z.infer<typeof ConnectingCall>;

export const ConnectedCall = z.object({
  state: z.literal("connected"),
  ...accepted,
  connectedAt: Time,
});
export type ConnectedCall = z.infer<typeof ConnectedCall>;

export const ReconnectingCall = z.object({
  state: z.literal("reconnecting"),
  ...accepted,
  connectedAt: Time,
  lostAt: Time,
  dueAt: Time,
  hasMedia: bySide(z.boolean()),
  /** When the page of a side went away that has not returned. */
  leftAt: bySide(Time.nullable()),
  /** When a new page of a side came. */
  returnedAt: bySide(Time.nullable()),
});
export type ReconnectingCall = z.infer<typeof ReconnectingCall>;

export const EndedCall = z.object({ state: z.literal("ended"), ...identity, endedAt: Time });
export type EndedCall = z.infer<typeof EndedCall>;

/**
 * A call, as it is kept between two events: plain values that JSON holds without loss.
 *
 * ```
 *   begin ──▶ ringing ──▶ connecting ──▶ connected ◀──▶ reconnecting
 *                │             │              │               │
 *                └─────────────┴──────┬───────┴───────────────┘
 *                                     ▼
 *                                   ended
 *
 *   ringing ──▶ connecting       the first accept of a device of the callee
 *           ──▶ ringing          revoked or blocked by the callee: silent there, the caller waits on
 *           ──▶ ended            declined · cancelled · 45 s: no answer
 *   connecting ──▶ connected     both sides report media
 *              ──▶ ended         hang up · block · 20 s, or longer with a question: failed
 *   connected ──▶ reconnecting   one side reports that media stopped · its page left or came anew
 *             ──▶ ended          hang up · block
 *   reconnecting ──▶ connected   each side that had lost media reports it again
 *                ──▶ ended       hang up · block · 60 s: lost · a page left and none came in 5 s
 * ```
 *
 * A timer is the field `dueAt` of the state that waits; a state has one at most.
 */
export const Call = z.discriminatedUnion("state", [
  RingingCall,
  ConnectingCall,
  ConnectedCall,
  ReconnectingCall,
  EndedCall,
]);
export type Call = z.infer<typeof Call>;

/** A call that a device has accepted and that is not over. */
export type AcceptedCall = ConnectingCall | ConnectedCall | ReconnectingCall;

/** What stays the same from one state to the next. */
export function identityOf(call: Call): Pick<Call, keyof typeof identity> {
  const { callId, kind, reason, caller, calleeAccountId, rangAt, route, relay } = call;
  return { callId, kind, reason, caller, calleeAccountId, rangAt, route, relay };
}

/**
 * Reads a call back from the text that `JSON.stringify` made of it.
 *
 * @throws SyntaxError or ZodError: the text is not a call. That is a broken store, no expected outcome.
 */
export function parseCall(text: string): Call {
  return Call.parse(JSON.parse(text));
}

/** When `{ type: "due" }` is to be sent to the call, in Unix milliseconds; null for never. */
export function dueAtOf(call: Call): number | null {
  switch (call.state) {
    case "ringing":
    case "connecting":
    case "reconnecting":
      return call.dueAt;
    case "connected":
    case "ended":
      return null;
  }
}
