import { z } from "zod";
import { shellLimits } from "../limits.ts";
import { ControlId } from "./live-call.ts";

/** Who a relay is, as it says over each control connection. */
export const Registration = z.object({
  /** Of its process: one that starts again is another relay. */
  id: ControlId,
  /** `turn:` and `turns:` addresses at which browsers find it; none: where the web server is. */
  urls: z
    .array(z.string().min(1).max(shellLimits.relayUrlCharactersMax))
    .max(shellLimits.relayUrlsMax),
  /** Relays that are near to each other have one name; null: it belongs to no group. */
  group: z.string().min(1).max(shellLimits.relayGroupCharactersMax).nullable(),
});
export type Registration = z.infer<typeof Registration>;

/**
 * What stands for the id of relays of a version that had none. They are told everything, as that
 * version expects, and are one relay together.
 */
export const unregistered = "";
