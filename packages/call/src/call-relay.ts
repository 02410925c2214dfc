import { z } from "zod";

/** The relay of a call: both ends are given credentials of this one, whichever node answers them. */
export const CallRelay = z.object({
  /** Empty in a call of a version in which relays had no ids. */
  id: z.string(),
  /**
   * Where browsers find it, for nodes that have not met it; none where that is the web server's place.
   * Missing in a call of a version that did not keep them.
   */
  urls: z.array(z.string()).optional(),
  /** Those that it was at before. They too are told when it ends. */
  left: z.array(z.string()),
  /** What the two said of their connection names a relay that the call has left: a round must follow. */
  isStale: z.boolean(),
});
export type CallRelay = z.infer<typeof CallRelay>;

export function relayAtBegin(id: string, urls?: string[]): CallRelay {
  return { id, urls, left: [], isStale: false };
}
