import { z } from "zod";
import { Asked } from "./ask.ts";
import { Grant, Granted } from "./grant.ts";
import { AddressException } from "./address-exception.ts";
import { CallRoute } from "./call-route.ts";
import { Person } from "./person.ts";

/**
 * What stands at the top right of a conversation: the server's decision about a ring now.
 * `none` says nothing of its cause (docs/protocol.md, "What a refusal tells").
 */
export const CallButton = z.enum(["call", "ask", "none"]);
export type CallButton = z.infer<typeof CallButton>;

/** How this account stands with another where it comes to calling them. */
export const CallStanding = z.object({
  callButton: CallButton,
  /** The ask that this account sent and that still shows; it stands before `callButton` "ask". */
  asked: Asked.nullable(),
  /** The right that they gave this account; null too wherever `callButton` is not "call". */
  granted: Granted.nullable(),
  /** This account has not rung them for 180 days, or never: the button opens the small sheet. */
  isFirstRing: z.boolean(),
  /** Of a call that began now. `relayed` also wherever `callButton` is not "call". */
  route: CallRoute,
});
export type CallStanding = z.infer<typeof CallStanding>;

/** A person as this account sees them. */
export const PersonView = Person.extend({
  isMe: z.boolean(),
  /** Whoever runs this server vouches for them. */
  isVouched: z.boolean(),
  youFollow: z.boolean(),
  followsYou: z.boolean(),
  /** Set by this account. Whether the other blocked is never told. */
  youBlocked: z.boolean(),
  /** Set by this account: this person may never ring, whatever else is allowed. */
  youSaidNever: z.boolean(),
  /** The right that this account gave this person. Unfollowing one who has one asks about it. */
  grant: Grant.nullable(),
  isInYourAddressBook: z.boolean(),
  /** Where this account treats its address otherwise with this person than its switch says. */
  addressException: AddressException.nullable(),
  ...CallStanding.shape,
});
export type PersonView = z.infer<typeof PersonView>;
