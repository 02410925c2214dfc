import { z } from "zod";
import { Description, IceCandidate } from "./description.ts";
import { CallKind } from "./conversation.ts";
import { Handle } from "./handle.ts";
import { CallId } from "./id.ts";
import { type Parsed, parseFrame } from "./parse.ts";

/** What a client says over the WebSocket. A refusal names the message's `requestId` or `callId`. */

/** First, and again whenever the client noticed a gap: the server answers `welcome`. */
const hello = z.object({ type: z.literal("hello"), protocolVersion: z.number().int() });
const heartbeat = z.object({ type: z.literal("heartbeat") });

/** Caller. Answered by `ringing` or, on a refusal tick, by `unavailable`. */
const invite = z.object({
  type: z.literal("invite"),
  requestId: z.uuid(),
  to: Handle,
  kind: CallKind,
});
/** Caller's device, once, while ringing or connecting. */
const offer = z.object({ type: z.literal("offer"), callId: CallId, description: Description });
/** Caller, while ringing. */
const cancel = z.object({ type: z.literal("cancel"), callId: CallId });

/** Any device of the callee: this device shows the ring. */
const ringAcknowledge = z.object({ type: z.literal("ring-acknowledge"), callId: CallId });
/** Any device of the callee: stop the sound on all of them; the caller is told nothing. */
const silence = z.object({ type: z.literal("silence"), callId: CallId });
/** Any device of the callee. The first valid one wins. */
const accept = z.object({ type: z.literal("accept"), callId: CallId });
/** Any device of the callee. */
const decline = z.object({ type: z.literal("decline"), callId: CallId });
/** The device that accepted, once. */
const answer = z.object({ type: z.literal("answer"), callId: CallId, description: Description });

/** Either party's device, after its description. */
const candidate = z.object({
  type: z.literal("candidate"),
  callId: CallId,
  candidate: IceCandidate,
});
/** Either party's device: its browser asks for the microphone, so connecting may take longer. */
const microphonePending = z.object({ type: z.literal("microphone-pending"), callId: CallId });
/** Either party's device: media arrives. */
const mediaConnected = z.object({ type: z.literal("media-connected"), callId: CallId });
/** Either party's device: media stopped arriving. */
const mediaLost = z.object({ type: z.literal("media-lost"), callId: CallId });
/** Either party's device. */
const hangUp = z.object({ type: z.literal("hang-up"), callId: CallId });

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
  candidate,
  microphonePending,
  mediaConnected,
  mediaLost,
  hangUp,
]);
export type UpMessage = z.infer<typeof UpMessage>;

const upTypes = new Set<string>(UpMessage.options.map((option) => option.shape.type.value));

/** Parses one frame of text from a client. */
export function parseUpMessage(text: string): Parsed<UpMessage> {
  return parseFrame(text, UpMessage, upTypes);
}
