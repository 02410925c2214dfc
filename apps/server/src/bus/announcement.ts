import { AccountId, CallId, DeviceId, EndReason } from "@ringfence/protocol";
import { z } from "zod";

/** What a node tells all others, where what it knows is in no row. */
export const Announcement = z.discriminatedUnion("type", [
  /** The node that says so pushes this ring. */
  z.object({ type: z.literal("ring-kept"), callId: CallId }),
  /** A page of the device shows the ring, or its person has answered it there. */
  z.object({ type: z.literal("ring-known"), callId: CallId, device: DeviceId }),
  /** It was pushed to the device, which may have it. */
  z.object({ type: z.literal("ring-pushed"), callId: CallId, device: DeviceId }),
  z.object({ type: z.literal("ring-silenced"), callId: CallId }),
  z.object({ type: z.literal("ring-ended"), callId: CallId, reason: EndReason }),
  /** The last page of the device on this node closed. */
  z.object({ type: z.literal("page-closed"), account: AccountId, device: DeviceId }),
]);
export type Announcement = z.infer<typeof Announcement>;
