import { z } from "zod";
import { ReportedFigures } from "./figures.ts";
import { ControlId, Join, LiveCall } from "./live-call.ts";
import { Registration } from "./registration.ts";

/** What is to be acknowledged carries a number that its connection has not used before. */
const sequence = z.int().nonnegative();

const Heartbeat = z.object({ type: z.literal("heartbeat") });

/** What an application says to a relay. */
export const ControlDown = z.discriminatedUnion("type", [
  /** A call became live: credentials of it are good from now on. */
  z.object({
    type: z.literal("live"),
    sequence,
    callId: ControlId,
    ofNode: z.boolean().optional(),
  }),
  /** It was accepted: these two devices reach each other, all others are out. */
  z.object({ type: z.literal("join"), sequence, callId: ControlId, join: Join }),
  /** Both agreed to show each other their addresses: its parties may learn their own. */
  z.object({ type: z.literal("direct"), sequence, callId: ControlId }),
  z.object({ type: z.literal("end"), sequence, callId: ControlId }),
  /**
   * Every call of this relay that is live, before anything else and whenever the relay asks again.
   * Nodes that name one database know the same calls, so that the list of one speaks for all.
   */
  z.object({
    type: z.literal("live-calls"),
    sequence,
    calls: z.array(LiveCall),
    database: ControlId.optional(),
  }),
  /** Take no new calls any more. */
  z.object({ type: z.literal("drain"), sequence }),
  Heartbeat,
]);
export type ControlDown = z.infer<typeof ControlDown>;

/** What a relay says to an application. */
export const ControlUp = z.discriminatedUnion("type", [
  /** Who it is, and that it wants the list of its calls: first of all, and every few minutes. */
  z.object({ type: z.literal("register"), relay: Registration }),
  /** The relay acts by that message now; or it cannot, because the call has ended. */
  z.object({ type: z.literal("acknowledge"), sequence, isApplied: z.boolean() }),
  /** Once for each connection, whenever the relay begins to drain, and every few seconds. */
  z.object({ type: z.literal("figures"), figures: ReportedFigures }),
  Heartbeat,
]);
export type ControlUp = z.infer<typeof ControlUp>;

const downTypes = new Set<string>(ControlDown.options.map((option) => option.shape.type.value));
const upTypes = new Set<string>(ControlUp.options.map((option) => option.shape.type.value));
const Typed = z.object({ type: z.string() });

/** What a message turned out to be, where it is not one that we can act on. */
export type Unusable =
  /** A type that a newer peer knows: to be ignored. */
  | "unknown"
  /** Not JSON, or a known type that is not what its schema says: the connection is to be closed. */
  | "malformed";

export function parseControlDown(text: string): ControlDown | Unusable {
  return parse(ControlDown, downTypes, text);
}

export function parseControlUp(text: string): ControlUp | Unusable {
  return parse(ControlUp, upTypes, text);
}

function parse<Message>(
  schema: z.ZodType<Message>,
  types: ReadonlySet<string>,
  text: string,
): Message | Unusable {
  const value = parseJson(text);
  const typed = Typed.safeParse(value);
  if (!typed.success) return "malformed";
  if (!types.has(typed.data.type)) return "unknown";
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : "malformed";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
