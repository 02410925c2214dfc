import { z } from "zod";
import { RelayCredential } from "./call-view.ts";
import { CallId } from "./id.ts";

/**
 * A call of a device with itself, through the relay: both ends are in one page, and nobody is rung.
 * By it a person finds out what their network lets through.
 */
export const LoopCall = z.object({
  callId: CallId,
  /** For each of the two ends, a credential of its own. */
  relays: z.object({ caller: RelayCredential, callee: RelayCredential }),
  /** After so long the relay carries nothing of it any more. */
  lifetimeMs: z.number().int().positive(),
});
export type LoopCall = z.infer<typeof LoopCall>;
