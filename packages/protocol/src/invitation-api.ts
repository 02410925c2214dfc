import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { InvitationId } from "./id.ts";
import { InvitationToken } from "./invitation-token.ts";
import { Invitation, InvitationView } from "./invitation.ts";
import { PersonView } from "./person-view.ts";

const withToken = z.object({ token: InvitationToken });

/** The part of the API that is about invitations. A token travels in bodies: addresses are logged. */
export const invitationApi = {
  createInvitation: {
    method: "POST",
    path: "/api/invitations",
    summary: "Make an invitation. Its token is told this once.",
    login: "required",
    body: z.object({}),
    response: z.object({ invitation: Invitation, token: InvitationToken }),
  },
  listInvitations: {
    method: "GET",
    path: "/api/invitations",
    summary: "This account's invitations that nobody took yet, the newest first.",
    login: "required",
    response: z.object({ invitations: z.array(Invitation) }),
  },
  revokeInvitation: {
    method: "DELETE",
    path: "/api/invitations/:invitationId",
    summary: "Make an invitation worth nothing.",
    login: "required",
    params: z.object({ invitationId: InvitationId }),
  },
  viewInvitation: {
    method: "POST",
    path: "/api/invitations/view",
    summary: "Who invites, for whoever opened the link. Takes nothing.",
    login: "none",
    body: withToken,
    response: InvitationView,
  },
  agreeToInvitation: {
    method: "POST",
    path: "/api/invitations/agree",
    summary: "Take an invitation: both follow, have entered a conversation, and can call.",
    login: "required",
    body: withToken,
    /** The inviter, as this account sees them now; null for the operator's. */
    response: z.object({ person: PersonView.nullable() }),
  },
} as const satisfies Record<string, Endpoint>;
