import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { Store } from "../store/store.ts";
import { changeRetention, readRetention } from "./call-record-days.ts";
import { exportAccount } from "./export-account.ts";

export interface RecordParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  /** What the operator set. */
  readonly callRecordDays: number;
}

/** What the server keeps of an account: until when, and all of it to take away. */
export function recordHandlers({
  store,
  rateLimiter,
  callRecordDays,
}: RecordParts): Pick<Handlers, "getRetention" | "changeRetention" | "exportAccount"> {
  return {
    getRetention: ({ login }) => readRetention(store.db, login.account, callRecordDays),

    async changeRetention({ login, body }) {
      rateLimiter.take("settingsChangesPerAccount", login.account);
      const days = body.callRecordDays;
      return store.write((write) => changeRetention(write, login.account, days, callRecordDays));
    },

    async exportAccount({ login, query }) {
      rateLimiter.take("exportPagesPerAccount", login.account);
      return exportAccount(store.db, login.account, query.after);
    },
  };
}
