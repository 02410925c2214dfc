import { DeviceId, DownMessage } from "@ringfence/protocol";
import { z } from "zod";
import { Announcement } from "../announcement.ts";
import type { BusMessage, NodeId } from "../bus.ts";
import { type CarriedFrame, type CarriedMessage, CredentialWanted } from "../carried-message.ts";

/** What nodes say to each other over NATS, as JSON. Each is parsed by the node that hears it. */

function isCredentialGiven(shape: object): boolean {
  return "relay" in shape;
}

/** The messages to devices, with what is wanted in place of each credential. */
const carriedOptions = DownMessage.options.map((option) => {
  if (!isCredentialGiven(option.shape)) return option;
  const isNullable = option.shape.type.value === "accepted";
  return option.extend({ relay: isNullable ? CredentialWanted.nullable() : CredentialWanted });
});
/** The compiler cannot follow the exchange of a field in a list of schemas; tests do. */
const CarriedMessageOfWire = z.discriminatedUnion(
  "type",
  carriedOptions as unknown as typeof DownMessage.options,
) as unknown as z.ZodType<CarriedMessage>;

const CarriedFrameOfWire: z.ZodType<CarriedFrame> = z.object({
  sequence: z.number().int().nonnegative(),
  isDelivery: z.boolean(),
  message: CarriedMessageOfWire,
});

const BusMessageOfWire = z.object({
  frame: CarriedFrameOfWire,
  forDevice: z.object({ device: DeviceId, frame: CarriedFrameOfWire }).optional(),
});

const NodeIdOfWire = z.uuid().transform((text) => text as NodeId);

/** What one node says to all others. */
export const NodeWord = z.discriminatedUnion("type", [
  /** It lives, says so once a second, and at once to one that says hello. */
  z.object({ type: z.literal("alive"), from: NodeIdOfWire }),
  z.object({ type: z.literal("hello"), from: NodeIdOfWire }),
  z.object({ type: z.literal("leaving"), from: NodeIdOfWire }),
  /** It could not be heard for a while: what it said meanwhile is lost. */
  z.object({ type: z.literal("back"), from: NodeIdOfWire }),
  z.object({
    type: z.literal("announcement"),
    from: NodeIdOfWire,
    announcement: Announcement,
  }),
]);
export type NodeWord = z.infer<typeof NodeWord>;

/** @throws SyntaxError, ZodError when another version said what this one does not know */
export function parseNodeWord(text: string): NodeWord {
  return NodeWord.parse(JSON.parse(text));
}

/** @throws SyntaxError, ZodError */
export function parseBusMessage(text: string): BusMessage {
  const { frame, forDevice } = BusMessageOfWire.parse(JSON.parse(text));
  return forDevice === undefined ? { frame } : { frame, forDevice };
}
