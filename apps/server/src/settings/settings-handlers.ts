import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { Store } from "../store/store.ts";
import { type ThoseConcerned, changeCallSettings, readCallSettings } from "./call-settings.ts";

export interface SettingsParts extends ThoseConcerned {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
}

/** Who may ring the account. */
export function settingsHandlers({
  store,
  calls,
  buttons,
  rateLimiter,
}: SettingsParts): Pick<Handlers, "getCallSettings" | "changeCallSettings"> {
  return {
    getCallSettings: ({ login }) => readCallSettings(store.db, login.account),

    async changeCallSettings({ login, body }) {
      rateLimiter.take("settingsChangesPerAccount", login.account);
      return store.write((write) =>
        changeCallSettings(write, { calls, buttons }, login.account, body),
      );
    },
  };
}
