import { z } from "zod";
import { ReceivedAsk } from "./ask.ts";
import { CallRoute } from "./call-route.ts";
import { CallId, MessageId } from "./id.ts";
import { limits } from "./limits.ts";
import { CallStanding } from "./person-view.ts";
import { Person } from "./person.ts";

export const CallKind = z.enum(["audio", "video"]);
export type CallKind = z.infer<typeof CallKind>;

export const MessageText = z
  .string()
  .refine(
    (text) => /[^\p{Z}\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]/u.test(text),
    "Write something first.",
  )
  // A NUL ends a text in one database and is refused by another; half a surrogate pair is no text.
  .refine(
    (text) => !text.includes("\u0000") && text.isWellFormed(),
    "A message is text: it has a character in it that is none.",
  )
  // A character is what a person counts: one code point, not one UTF-16 unit.
  .refine(
    (text) => Array.from(text).length <= limits.messageCharactersMax,
    "A message has at most 4,000 characters.",
  );

/** `clientMessageId` is made by the client, so that sending again after a lost answer adds nothing. */
export const NewMessage = z.object({ clientMessageId: z.uuid().toLowerCase(), text: MessageText });
export type NewMessage = z.infer<typeof NewMessage>;

export const MessageEntry = z.object({
  type: z.literal("message"),
  id: MessageId,
  /** Present for the sender's own devices only. */
  clientMessageId: z.uuid().optional(),
  fromMe: z.boolean(),
  text: z.string(),
  /** Unix time in milliseconds. */
  at: z.number().int(),
});
export type MessageEntry = z.infer<typeof MessageEntry>;

/**
 * How a call ended, as one participant's record says it. `missed` is the callee's word for a ring
 * that nobody took, `no-answer` the caller's.
 */
export const CallOutcome = z.enum([
  "answered",
  "missed",
  "no-answer",
  "declined",
  "cancelled",
  "failed",
]);
export type CallOutcome = z.infer<typeof CallOutcome>;

export const CallEntry = z.object({
  type: z.literal("call"),
  id: CallId,
  fromMe: z.boolean(),
  kind: CallKind,
  outcome: CallOutcome,
  /** Unix time in milliseconds of the ring. */
  at: z.number().int(),
  /** Milliseconds of connected time; 0 unless answered. */
  durationMs: z.number().int().nonnegative(),
  /** `direct`: had it been accepted, each might see the other's address from then on. */
  route: CallRoute,
});
export type CallEntry = z.infer<typeof CallEntry>;

/** One line of a thread. Entries are ordered by `id`. */
export const Entry = z.discriminatedUnion("type", [MessageEntry, CallEntry]);
export type Entry = z.infer<typeof Entry>;

/** A conversation as one of its two participants sees it. */
export const ConversationView = z.object({
  with: Person,
  /**
   * `requests`: a first message that waits for *Accept request*. `inbox`: every other conversation
   * that this account sees. `hidden`: a request that was declined; it stands in no list.
   */
  place: z.enum(["inbox", "requests", "hidden"]),
  /** This account wrote in it or accepted its request. */
  entered: z.boolean(),
  youBlocked: z.boolean(),
  ...CallStanding.shape,
  /** The other asks to call and waits for an answer: a card in the thread and in *Requests*. */
  receivedAsk: ReceivedAsk.nullable(),
  unreadCount: z.number().int().nonnegative(),
  /** Null also where it is not kept any more, or where the two only agreed to an invitation yet. */
  latest: Entry.nullable(),
  /** What lists are ordered by, the greatest first. Null: nobody began it, it stands in no list. */
  listedAt: z.string().max(26).nullable(),
});
export type ConversationView = z.infer<typeof ConversationView>;
