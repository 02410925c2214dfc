import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { findOther } from "../people/find-account.ts";
import type { Store } from "../store/store.ts";
import { report } from "./reports.ts";

export interface ReportParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
}

/** Telling whoever runs the server about a person. */
export function reportHandlers({ store, rateLimiter }: ReportParts): Pick<Handlers, "report"> {
  return {
    async report({ login, body }) {
      rateLimiter.take("reportsPerAccount", login.account);
      await store.write(async (write) => {
        const other = await findOther(write.db, login.account, body.handle);
        await report(write, login.account, other, body);
      });
    },
  };
}
