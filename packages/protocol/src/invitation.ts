import { z } from "zod";
import { InvitationId } from "./id.ts";
import { Person } from "./person.ts";

/**
 * A link that one person may follow, once, within a week: whoever agrees and the inviter follow
 * each other and can call each other. The button that makes one says *Invite*; the word stands
 * for nothing but the beginning of a call elsewhere, so this is an invitation.
 */
export const Invitation = z.object({
  id: InvitationId,
  /** Unix time in milliseconds. */
  createdAt: z.number().int(),
  expiresAt: z.number().int(),
});
export type Invitation = z.infer<typeof Invitation>;

/** As whoever opened the link sees it. */
export const InvitationView = z.object({
  /** null: the operator's, which opens the door and makes nobody follow anybody. */
  from: Person.nullable(),
  expiresAt: z.number().int(),
});
export type InvitationView = z.infer<typeof InvitationView>;
