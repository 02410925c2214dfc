import { type LoginParts, requireLogin } from "../accounts/logins.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { Store } from "../store/store.ts";
import type { OwnerCheck } from "../ways-in/owner-check.ts";
import { appendToChain } from "./device-chain.ts";

export interface AnewParts extends LoginParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  readonly ownerCheck: OwnerCheck;
}

/**
 * A new chain where linked devices are signed in: the one that there is may be of no use to any of
 * them, such as after a backup came back. A device that somebody left signed in is not enough.
 */
export function anewHandler(parts: AnewParts): Pick<Handlers, "beginDevicesAnew"> {
  const { store, rateLimiter, ownerCheck } = parts;
  return {
    async beginDevicesAnew({ login, body, source, origins }) {
      const { proof, ...begun } = body;
      await ownerCheck.check(login, proof, { source, origins });
      rateLimiter.take("deviceChainChangesPerAccount", login.account);
      await store.write(async (write) => {
        await requireLogin(write, login);
        const appending = { ...begun, position: 0, unlinks: null, isByOwner: true };
        await appendToChain(write, parts, login, appending);
      });
    },
  };
}
