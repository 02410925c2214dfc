import { z } from "zod";

/** An id as it stands in a user name too. */
export const ControlId = z.string().regex(/^[\w.-]{1,64}$/);

/** The two devices of an accepted call. */
export const Join = z.object({ callerDevice: ControlId, calleeDevice: ControlId });
export type Join = z.infer<typeof Join>;

/**
 * A call that the application holds to be live: ringing, or joined. Where it is direct, its parties
 * may be told their own addresses.
 */
export const LiveCall = z.object({
  callId: ControlId,
  join: Join.optional(),
  direct: z.boolean().optional(),
  /** It stands in no database: other nodes do not know it, and their lists say nothing of it. */
  ofNode: z.boolean().optional(),
});
export type LiveCall = z.infer<typeof LiveCall>;
