import { z } from "zod";
import { ReceivedAsk } from "./ask.ts";
import { CallSettings } from "./call-settings.ts";
import { CallPlace, CallView, EndReason, RelayCredential } from "./call-view.ts";
import { ConversationView, Entry } from "./conversation.ts";
import { IceCandidate } from "./description.ts";
import { ErrorCode } from "./errors.ts";
import { Handle } from "./handle.ts";
import { IceParameters } from "./ice-parameters.ts";
import { AskId, CallId } from "./id.ts";
import { type Parsed, parseFrame } from "./parse.ts";
import { PersonView } from "./person-view.ts";
import { RoundNumber } from "./round.ts";
import { DeviceChain, SignedDescription } from "./signed-description.ts";

/**
 * What the server says over the WebSocket. Beside each description of the other side stands `chain`,
 * that account's devices as the server has them at this moment: for the device to check, not to believe.
 */

/** Answers `hello`: everything a device must know of calls. All other state is fetched again. */
const welcome = z.object({
  type: z.literal("welcome"),
  protocolVersion: z.number().int(),
  /** Every call of this account that is not over, the oldest first. */
  calls: z.array(CallView),
  /** The one of them in which this device has its place, with all that it may have missed. */
  own: CallPlace.nullable(),
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
/**
 * To the calling device: the other side rings this account already, so the invite took that call, and
 * this device has won it. `accepted` follows.
 */
const glare = z.object({ type: z.literal("glare"), requestId: z.uuid(), call: CallView });
/** To the calling device: the same, in bytes and in time, whatever the cause. */
const unavailable = z.object({ type: z.literal("unavailable"), requestId: z.uuid() });

/** To every device of the callee. */
const ring = z.object({ type: z.literal("ring"), call: CallView });
/** To every device of the callee: be quiet, the ring goes on. */
const silenced = z.object({ type: z.literal("silenced"), callId: CallId });
/**
 * To each device of the callee that rings, once the caller's offer is there: what it takes to be at
 * the relay before the accept. The credential is this device's own. `offer` is kept unread until the
 * accept, so that the answer goes with it. It may come twice.
 */
const prepare = z.object({
  type: z.literal("prepare"),
  callId: CallId,
  ice: IceParameters,
  offer: SignedDescription,
  chain: DeviceChain,
  relay: RelayCredential,
});

/**
 * To the devices of both: the first accept won. `relay`, `offer`, which is round 0's, and `chain` only
 * to the winning device; `offer` is null where the caller has not sent it yet, and follows as a message of
 * its own.
 */
const accepted = z.object({
  type: z.literal("accepted"),
  call: CallView,
  relay: RelayCredential.nullable(),
  offer: SignedDescription.nullable(),
  chain: DeviceChain.nullable(),
});
/** To the device that accepted. The credential is a fresh one, for the answer. */
const offer = z.object({
  type: z.literal("offer"),
  callId: CallId,
  round: RoundNumber,
  isNewConnection: z.boolean(),
  signed: SignedDescription,
  chain: DeviceChain,
  relay: RelayCredential,
});
const answer = z.object({
  type: z.literal("answer"),
  callId: CallId,
  round: RoundNumber,
  signed: SignedDescription,
  chain: DeviceChain,
});
/** To the calling device: offer the round after this one. The credential is a fresh one, for that. */
const restart = z.object({
  type: z.literal("restart"),
  callId: CallId,
  round: RoundNumber,
  isNewConnection: z.boolean(),
  relay: RelayCredential,
});
const candidate = z.object({
  type: z.literal("candidate"),
  callId: CallId,
  round: RoundNumber,
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
/** A device of this account asks to be linked, was linked or left: they are fetched again. */
const devicesChanged = z.object({ type: z.literal("devices-changed") });

export const DownMessage = z.discriminatedUnion("type", [
  welcome,
  heartbeat,
  refused,
  ringing,
  glare,
  unavailable,
  ring,
  silenced,
  prepare,
  accepted,
  offer,
  answer,
  restart,
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
  devicesChanged,
]);
export type DownMessage = z.infer<typeof DownMessage>;

/**
 * A message and the number of the account's latest delivery. Deliveries to an account count up by
 * one; answers to this connection alone (`welcome`, `heartbeat`, `refused`, `ringing`,
 * `unavailable`, `prepare` after an acknowledgement) repeat the latest. A client that sees any other
 * step has missed something and says `hello` again.
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
