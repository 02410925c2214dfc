import { z } from "zod";
import { IceCandidate } from "./description.ts";
import { CallKind } from "./conversation.ts";
import { Handle } from "./handle.ts";
import { IceParameters } from "./ice-parameters.ts";
import { CallId } from "./id.ts";
import { type Parsed, parseFrame } from "./parse.ts";
import { RoundNumber } from "./round.ts";
import { SignedDescription } from "./signed-description.ts";

/** What a client says over the WebSocket. A refusal names the message's `requestId` or `callId`. */

/** First, and again whenever the client noticed a gap: the server answers `welcome`. */
const hello = z.object({ type: z.literal("hello"), protocolVersion: z.number().int() });
const heartbeat = z.object({ type: z.literal("heartbeat") });

/** Caller. Answered by `ringing`, by `glare` or, on a refusal tick, by `unavailable`. */
const invite = z.object({
  type: z.literal("invite"),
  requestId: z.uuid(),
  to: Handle,
  kind: CallKind,
});
/**
 * Caller's device. Round 0 while ringing or connecting; the next one after the answer, or at any time
 * once the call was connected. The same again changes nothing.
 */
const offer = z.object({
  type: z.literal("offer"),
  callId: CallId,
  round: RoundNumber,
  /** A new connection on both sides, as round 0 always is; else ICE restarts on the one there is. */
  isNewConnection: z.boolean(),
  signed: SignedDescription,
  /** Those that stand in the description: all that a callee's device learns of it before its accept. */
  ice: IceParameters,
});
/** Caller, while ringing. */
const cancel = z.object({ type: z.literal("cancel"), callId: CallId });

/** Any device of the callee: this device shows the ring. */
const ringAcknowledge = z.object({ type: z.literal("ring-acknowledge"), callId: CallId });
/** Any device of the callee: stop the sound on all of them; the caller is told nothing. */
const silence = z.object({ type: z.literal("silence"), callId: CallId });
/** Any device of the callee. The first valid one wins. */
const accept = z.object({
  type: z.literal("accept"),
  callId: CallId,
  /** A call of this same device that ends when this one is taken, and not otherwise. */
  ends: CallId.nullable(),
  /** To the offer of round 0, where the device has it from `prepare`; null where it answers later. */
  answer: SignedDescription.nullable(),
});
/** Any device of the callee. */
const decline = z.object({ type: z.literal("decline"), callId: CallId });
/** The device that accepted, to the offer of this round. The same again changes nothing. */
const answer = z.object({
  type: z.literal("answer"),
  callId: CallId,
  round: RoundNumber,
  signed: SignedDescription,
});
/** The device that accepted: leave this round and offer the next. Of an older round it is nothing. */
const restart = z.object({
  type: z.literal("restart"),
  callId: CallId,
  round: RoundNumber,
  isNewConnection: z.boolean(),
});

/** Either party's device, after its description of this round. Of an older round it is nothing. */
const candidate = z.object({
  type: z.literal("candidate"),
  callId: CallId,
  round: RoundNumber,
  candidate: IceCandidate,
});
/** Either party's device: its browser asks for the microphone, so connecting may take longer. */
const microphonePending = z.object({ type: z.literal("microphone-pending"), callId: CallId });
/**
 * Either party's device: its person is asked whether the other end is who it should be, so connecting may
 * take longer, and the other side knows why.
 */
const trustPending = z.object({ type: z.literal("trust-pending"), callId: CallId });
/** Either party's device: media arrives. */
const mediaConnected = z.object({ type: z.literal("media-connected"), callId: CallId });
/** Either party's device: media stopped arriving. */
const mediaLost = z.object({ type: z.literal("media-lost"), callId: CallId });
/** Either party's device. */
const hangUp = z.object({ type: z.literal("hang-up"), callId: CallId });
/**
 * Either party's device: its page goes away, by a reload or for good. Before the call is connected it
 * is a cancel or a hang-up. A page says it by `POST /api/calls/:callId/bye`, which outlives it.
 */
const pageLeft = z.object({ type: z.literal("page-left"), callId: CallId });
/** Either party's device: a new page is there and asks its person whether to go on. */
const pageReturned = z.object({ type: z.literal("page-returned"), callId: CallId });

export const UpMessage = z.discriminatedUnion("type", [
  hello,
  heartbeat,
  invite,
  offer,
  cancel,
  ringAcknowledge,
  silence,
  accept,
  decline,
  answer,
  restart,
  candidate,
  microphonePending,
  trustPending,
  mediaConnected,
  mediaLost,
  hangUp,
  pageLeft,
  pageReturned,
]);
export type UpMessage = z.infer<typeof UpMessage>;

const upTypes = new Set<string>(UpMessage.options.map((option) => option.shape.type.value));

/** Parses one frame of text from a client. */
export function parseUpMessage(text: string): Parsed<UpMessage> {
  return parseFrame(text, UpMessage, upTypes);
}
