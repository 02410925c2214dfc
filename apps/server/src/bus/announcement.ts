import { AccountId, CallId, DeviceId, EndReason } from "@ringfence/protocol";
import { z } from "zod";

/** What a node tells all others, where what it knows is in no row. */
export const Announcement = z.discriminatedUnion("type", [
  /** The node that says so pushes this ring; who knows of it, and to whom it was pushed. */
  z.object({
    type: z.literal("ring-kept"),
    callId: CallId,
    knowing: z.array(DeviceId),
    pushed: z.array(DeviceId),
  }),
  /** Whoever keeps a ring shall say so. */
  z.object({ type: z.literal("rings-wanted") }),
  /** A page of the device shows the ring, or its person has answered it there. */
  z.object({ type: z.literal("ring-known"), callId: CallId, device: DeviceId }),
  /** It was pushed to the device, which may have it. */
  z.object({ type: z.literal("ring-pushed"), callId: CallId, device: DeviceId }),
  z.object({ type: z.literal("ring-silenced"), callId: CallId }),
  z.object({ type: z.literal("ring-ended"), callId: CallId, reason: EndReason }),
  /** What a passkey signed: it works once. */
  z.object({ type: z.literal("challenge-used"), challenge: z.string().max(128) }),
  /** The last page of the device on this node closed. */
  z.object({ type: z.literal("page-closed"), account: AccountId, device: DeviceId }),
]);
export type Announcement = z.infer<typeof Announcement>;
