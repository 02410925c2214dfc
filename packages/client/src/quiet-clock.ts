import { type QuietNow, type QuietRules, quietNow } from "@ringfence/policy";
import { clientLimits } from "./limits.ts";
import { type Observable, Source } from "./observable.ts";
import type { Page } from "./page.ts";

/**
 * Whether rings are quiet for this account now, by the same reckoning as the server's and by this
 * device's clock. It is there to be shown: of each ring the server says whether it is quiet.
 */
export class QuietClock {
  readonly #rules: Observable<QuietRules | null>;
  readonly #now = new Source<QuietNow | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(rules: Observable<QuietRules | null>, page: Page, signal: AbortSignal) {
    this.#rules = rules;
    const look = () => this.#look();
    const end = rules.subscribe(look);
    // The timers of a machine that slept are late.
    page.on("shown", look, signal);
    signal.addEventListener("abort", () => {
      end();
      clearTimeout(this.#timer);
    });
    look();
  }

  /** null until the account's settings are known. */
  get now(): Observable<QuietNow | null> {
    return this.#now;
  }

  #look(): void {
    clearTimeout(this.#timer);
    const rules = this.#rules.get();
    const now = Date.now();
    const quiet = rules === null ? null : quietNow(rules, now);
    if (JSON.stringify(quiet) !== JSON.stringify(this.#now.get())) this.#now.set(quiet);
    const changesAt = quiet?.isQuiet === true ? quiet.until : (quiet?.from ?? null);
    if (changesAt === null) return;
    const waitMs = Math.min(changesAt - now, clientLimits.quietLookMs);
    this.#timer = setTimeout(() => this.#look(), waitMs);
  }
}
