import { z } from "zod";
import { CallRoute } from "./call-route.ts";
import { CallKind } from "./conversation.ts";
import { CallId } from "./id.ts";
import { limits } from "./limits.ts";
import { Person } from "./person.ts";

/** What a browser is reached with while its page is closed, as `PushSubscription.toJSON` gives it. */
export const PushSubscription = z.object({
  /** Where the browser's push service takes messages for it (RFC 8030 §2). */
  endpoint: z.url().max(limits.pushEndpointCharactersMax),
  keys: z.object({
    /** RFC 8291 §3.1: a point of P-256, uncompressed: 65 bytes. */
    p256dh: z.string().regex(/^[\w-]{87}$/, "The key of a subscription is base64url of 65 bytes."),
    /** RFC 8291 §3.2: 16 random bytes. */
    auth: z.string().regex(/^[\w-]{22}$/, "The secret of a subscription is base64url of 16 bytes."),
  }),
});
export type PushSubscription = z.infer<typeof PushSubscription>;

/** Of a call that rings, or rang: only what its notification shows. */
const ofCall = { callId: CallId, kind: CallKind, with: Person };

/**
 * What is pushed to a device whose page is closed, as JSON that ends in spaces: all are equally
 * long. It is encrypted for that browser (RFC 8291); its push service reads none of it.
 */
export const PushMessage = z.discriminatedUnion("type", [
  /** A direct call is not accepted from its notification: its card warns of the address first. */
  z.object({ type: z.literal("ring"), ...ofCall, route: CallRoute }),
  /** Takes the place of the ring, without a sound. */
  z.object({ type: z.literal("missed"), ...ofCall }),
  /** The same, for a call that was answered or declined elsewhere, or may not ring any more. */
  z.object({
    type: z.literal("over"),
    ...ofCall,
    how: z.enum(["answered-elsewhere", "declined-elsewhere", "ended"]),
  }),
  /** The person asked for it: *Ring this device to try*. */
  z.object({ type: z.literal("test") }),
]);
export type PushMessage = z.infer<typeof PushMessage>;
