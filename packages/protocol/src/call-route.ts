import { z } from "zod";

/**
 * How the media of a call may go. `relayed`: through the relay alone, and neither learns the other's
 * internet address. `direct`: both let the other see theirs, so the two browsers may also meet
 * without the relay.
 */
export const CallRoute = z.enum(["relayed", "direct"]);
export type CallRoute = z.infer<typeof CallRoute>;
