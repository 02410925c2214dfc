import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { personView } from "../people/person-view.ts";
import type { Store } from "../store/store.ts";
import { type AgreeParts, agreeToInvitation } from "./agree.ts";
import {
  createInvitation,
  listInvitations,
  revokeInvitation,
  viewInvitation,
} from "./invitations.ts";

export interface InvitationParts extends AgreeParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** Inviting a person by a link. */
export function invitationHandlers({
  store,
  calls,
  buttons,
  rateLimiter,
  now,
}: InvitationParts): Pick<
  Handlers,
  | "createInvitation"
  | "listInvitations"
  | "revokeInvitation"
  | "viewInvitation"
  | "agreeToInvitation"
> {
  return {
    async createInvitation({ login }) {
      rateLimiter.take("invitationsPerAccount", login.account);
      return store.write((write) => createInvitation(write, login.account));
    },

    listInvitations: async ({ login }) => ({
      invitations: await listInvitations(store.db, login.account, now()),
    }),

    revokeInvitation: ({ login, params }) =>
      store.write((write) => revokeInvitation(write, login.account, params.invitationId)),

    async viewInvitation({ login, body, source }) {
      rateLimiter.take("invitationTokensPerSource", source);
      return viewInvitation(store.db, login?.account ?? null, body.token, now());
    },

    async agreeToInvitation({ login, body, source }) {
      rateLimiter.take("invitationTokensPerSource", source);
      return store.write(async (write) => {
        const concerned = { calls, buttons };
        const inviter = await agreeToInvitation(write, concerned, login.account, body.token);
        if (inviter === null) return { person: null };
        const person = await personView(write.db, login.account, inviter, write.now);
        return { person: person ?? null };
      });
    },
  };
}
