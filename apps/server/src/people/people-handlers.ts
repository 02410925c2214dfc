import type { AccountId, Handle, PersonView } from "@ringfence/protocol";
import type { Login } from "../accounts/logins.ts";
import { endGrant } from "../asking/grants.ts";
import type { CallHooks } from "../calls/call-hooks.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { Store, Write } from "../store/store.ts";
import { block, listBlocked, unblock } from "./blocks.ts";
import { findAccount, findOther, notFound } from "./find-account.ts";
import { follow, unfollow } from "./follows.ts";
import { sayNever } from "./nevers.ts";
import { takeBackNever } from "./take-back-never.ts";
import { changePair } from "./pair-views.ts";
import { findPeople, personView } from "./person-view.ts";

export interface PeopleParts {
  readonly store: Store;
  readonly calls: Pick<CallHooks, "pairChanged">;
  readonly rateLimiter: RateLimiter;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** What one account does about another, in SQL and nothing else. */
type Change = (write: Write, me: AccountId, other: AccountId) => Promise<void>;

/** Finding, following and blocking people. */
export function peopleHandlers(
  parts: PeopleParts,
): Pick<
  Handlers,
  | "findPeople"
  | "getPerson"
  | "follow"
  | "unfollow"
  | "block"
  | "unblock"
  | "sayNever"
  | "takeBackNever"
  | "listBlocked"
> {
  const { store, rateLimiter } = parts;

  /** Tells both what looks different, and the calls, so that a ring or a call of the two may end. */
  function changing(change: Change) {
    return async (request: { login: Login; params: { handle: Handle } }): Promise<PersonView> => {
      const { account: me } = request.login;
      const { handle } = request.params;
      rateLimiter.take("pairChangesPerAccount", me);
      return store.write(async (write) => {
        const other = await findOther(write.db, me, handle);
        await changePair(write, me, other, () => change(write, me, other));
        await parts.calls.pairChanged(write, me, other);
        return requireView(await personView(write.db, me, other, write.now), handle);
      });
    };
  }

  return {
    follow: changing(follow),
    unfollow: (request) =>
      changing(async (write, me, other) => {
        await unfollow(write, me, other);
        if (request.query.endGrant === "yes") await endGrant(write, me, other);
      })(request),
    block: changing(block),
    unblock: changing(unblock),
    sayNever: changing(sayNever),
    takeBackNever: changing(takeBackNever),

    async findPeople({ login, query }) {
      rateLimiter.take("searchesPerAccount", login.account);
      const search = { startsWith: query.startsWith, after: query.after };
      return findPeople(store.db, login.account, search, parts.now());
    },

    async getPerson({ login, params: { handle } }) {
      const other = await findAccount(store.db, handle);
      return requireView(await personView(store.db, login.account, other, parts.now()), handle);
    },

    listBlocked: async ({ login }) => ({ people: await listBlocked(store.db, login.account) }),
  };
}

/** A person may be deleted between two queries outside a transaction. */
function requireView(view: PersonView | undefined, handle: Handle): PersonView {
  if (view === undefined) throw notFound(handle);
  return view;
}
