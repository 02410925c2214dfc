import { z } from "zod";

/** Why somebody may ring: the row of the policy that allowed it, as the callee reads it. */
export const RingReason = z.enum([
  /** The callee rang, or asked to call, within a day: that is agreeing to be rung back. */
  "you-rang",
  "you-asked",
  "grant-always",
  "grant-until",
  "grant-once",
  /** The audiences, from the one that says most about the two to the one that says least. */
  "address-book",
  "mutuals",
  "people-i-follow",
  "vouched",
  "everyone",
]);
export type RingReason = z.infer<typeof RingReason>;

/** Why somebody may not ring, as the callee reads it whose rule it is. The caller never does. */
export const RefusedReason = z.enum([
  "you-blocked",
  "you-said-never",
  /** The callee has neither written in the conversation nor accepted its request. */
  "you-did-not-enter",
  "calling-off",
  /** The callee has not chosen who may ring. */
  "calling-unset",
  /** Three rings in a row went unanswered within a day. */
  "unanswered",
  "grant-paused",
  /** In an audience, but the callee has done nothing towards them for as long as fading takes. */
  "faded",
  "no-audience",
]);
export type RefusedReason = z.infer<typeof RefusedReason>;
