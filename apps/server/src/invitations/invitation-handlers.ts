import type { AccountId } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { personView } from "../people/person-view.ts";
import type { Store, Write } from "../store/store.ts";
import { type AgreeParts, agreeToInvitation } from "./agree.ts";
import {
  createInvitation,
  endIfBlocked,
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
  /** Does something with a token, which is worth nothing to anybody once a block made it so. */
  async function withToken<T>(
    viewer: AccountId | undefined,
    token: string,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (viewer !== undefined && error instanceof RefusedError && error.code === "link-used") {
        await store.write((write) => endIfBlocked(write, viewer, token));
      }
      throw error;
    }
  }

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
      return withToken(login?.account, body.token, () =>
        viewInvitation(store.db, login?.account ?? null, body.token, now()),
      );
    },

    async agreeToInvitation({ login, body, source }) {
      rateLimiter.take("invitationTokensPerSource", source);
      const agreeing = async (write: Write) => {
        const concerned = { calls, buttons };
        const inviter = await agreeToInvitation(write, concerned, login.account, body.token);
        if (inviter === null) return { person: null };
        const person = await personView(write.db, login.account, inviter, write.now);
        return { person: person ?? null };
      };
      return withToken(login.account, body.token, () => store.write(agreeing));
    },
  };
}
