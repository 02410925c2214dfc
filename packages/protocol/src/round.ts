import { z } from "zod";

/**
 * Offers and answers of a call come in rounds, counted from 0 over the whole call. Only the calling
 * device offers. A round restarts ICE on the connection of the round before (RFC 8839 §4.4.1.1.1),
 * or begins a new connection on both sides, as round 0 does.
 */
export const RoundNumber = z.number().int().nonnegative();
export type RoundNumber = z.infer<typeof RoundNumber>;
