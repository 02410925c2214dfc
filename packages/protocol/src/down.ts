import { z } from "zod";
import { ReceivedAsk } from "./ask.ts";
import { CallSettings } from "./call-settings.ts";
import { CallView, EndReason, RelayCredential } from "./call-view.ts";
import { ConversationView, Entry } from "./conversation.ts";
import { Description, IceCandidate } from "./description.ts";
import { ErrorCode } from "./errors.ts";
import { Handle } from "./handle.ts";
import { AskId, CallId } from "./id.ts";
import { type Parsed, parseFrame } from "./parse.ts";
import { PersonView } from "./person-view.ts";

/** What the server says over the WebSocket. */

/** Answers `hello`: everything a device must know of calls. All other state is fetched again. */
const welcome = z.object({
  type: z.literal("welcome"),
  protocolVersion: z.number().int(),
  /** Every call of this account that is not over, the oldest first. */
  calls: z.array(CallView),
});
const heartbeat = z.object({ type: z.literal("heartbeat") });
/** A message of this connection changed nothing. */
const refused = z.object({
  type: z.literal("refused"),
  requestId: z.uuid().nullable(),
  callId: CallId.nullable(),
  code: ErrorCode,
  message: z.string(),
});

/** To the calling device: it rings. The credential is for gathering the offer's candidates. */
const ringing = z.object({
  type: z.literal("ringing"),
  requestId: z.uuid(),
  call: CallView,
  relay: RelayCredential,
});
/** To the calling device: the same, in bytes and in time, whatever the cause. */
const unavailable = z.object({ type: z.literal("unavailable"), requestId: z.uuid() });

/** To every device of the callee. */
const ring = z.object({ type: z.literal("ring"), call: CallView });
/** To every device of the callee: be quiet, the ring goes on. */
const silenced = z.object({ type: z.literal("silenced"), callId: CallId });

/**
 * To the devices of both: the first accept won. `relay` and `offer` only to the winning device;
 * `offer` is null where the caller has not sent it yet, and follows as a message of its own.
 */
const accepted = z.object({
  type: z.literal("accepted"),
  call: CallView,
  relay: RelayCredential.nullable(),
  offer: Description.nullable(),
});
const offer = z.object({ type: z.literal("offer"), callId: CallId, description: Description });
const answer = z.object({ type: z.literal("answer"), callId: CallId, description: Description });
const candidate = z.object({
  type: z.literal("candidate"),
  callId: CallId,
  candidate: IceCandidate,
});
/** To the devices of both: the state became `connected` or `reconnecting`. */
const callChanged = z.object({ type: z.literal("call-changed"), call: CallView });
const callEnded = z.object({ type: z.literal("call-ended"), callId: CallId, reason: EndReason });

const entryAdded = z.object({ type: z.literal("entry-added"), with: Handle, entry: Entry });
const conversationChanged = z.object({
  type: z.literal("conversation-changed"),
  conversation: ConversationView,
});
const personChanged = z.object({ type: z.literal("person-changed"), person: PersonView });
/** The account of this handle was deleted: it stands in no list any more. */
const personRemoved = z.object({ type: z.literal("person-removed"), handle: Handle });
const callSettingsChanged = z.object({
  type: z.literal("call-settings-changed"),
  callSettings: CallSettings,
});
/** Somebody asks to call. No ring: a quiet card. */
const askReceived = z.object({ type: z.literal("ask-received"), ask: ReceivedAsk });
/** The card goes: it was answered here or on another device, withdrawn, or is out of date. */
const askEnded = z.object({ type: z.literal("ask-ended"), askId: AskId });
/** Somebody's right to ring this account began or ended: what is shown of that is fetched again. */
const grantsChanged = z.object({ type: z.literal("grants-changed") });

export const DownMessage = z.discriminatedUnion("type", [
  welcome,
  heartbeat,
  refused,
  ringing,
  unavailable,
  ring,
  silenced,
  accepted,
  offer,
  answer,
  candidate,
  callChanged,
  callEnded,
  entryAdded,
  conversationChanged,
  personChanged,
  personRemoved,
  callSettingsChanged,
  askReceived,
  askEnded,
  grantsChanged,
]);
export type DownMessage = z.infer<typeof DownMessage>;

/**
 * A message and the number of the account's latest delivery. Deliveries to an account count up by
 * one; answers to this connection alone (`welcome`, `heartbeat`, `refused`, `ringing`,
 * `unavailable`) repeat the latest. A client that sees any other step has missed something and
 * says `hello` again.
 */
export const DownFrame = z.object({
  sequence: z.number().int().nonnegative(),
  isDelivery: z.boolean(),
  message: DownMessage,
});
export type DownFrame = z.infer<typeof DownFrame>;

const downTypes = new Set<string>(DownMessage.options.map((option) => option.shape.type.value));

/** Parses one frame of text from the server. */
export function parseDownFrame(text: string): Parsed<DownFrame> {
  return parseFrame(text, DownFrame, downTypes, (frame) =>
    "message" in frame ? frame.message : undefined,
  );
}
