import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { Store } from "../store/store.ts";
import { previewCallSettings } from "./preview.ts";
import { Turns } from "./turns.ts";
import { listWhoMayRing } from "./who-may-ring.ts";

export interface WhoMayRingParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** Who can ring an account, and who could after a change. */
export function whoMayRingHandlers({
  store,
  rateLimiter,
  now,
}: WhoMayRingParts): Pick<Handlers, "listWhoMayRing" | "previewCallSettings"> {
  const previews = new Turns();
  return {
    async listWhoMayRing({ login, query }) {
      rateLimiter.take("mayRingListsPerAccount", login.account);
      return listWhoMayRing(store.db, login.account, query.after, now());
    },

    async previewCallSettings({ login, body }) {
      rateLimiter.take("previewsPerAccount", login.account);
      return previews.take(login.account, () =>
        previewCallSettings(store.db, login.account, body, now()),
      );
    },
  };
}
