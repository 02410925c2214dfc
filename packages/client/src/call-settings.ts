import type { CallSettings, CallSettingsChange } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { ApiError } from "./errors.ts";
import { type Observable, Source } from "./observable.ts";

/** Who may ring this account. */
export interface CallSettingsAccess {
  /** null until the account is known. */
  readonly snapshot: Observable<CallSettings | null>;
  /** Shown at once; taken back, and thrown as `ApiError`, where the server refuses. */
  change(change: CallSettingsChange): Promise<void>;
}

export class CallSettingsStore implements CallSettingsAccess {
  readonly #api: ApiClient;
  readonly #snapshot = new Source<CallSettings | null>(null);
  /** As the server last said. */
  #confirmed: CallSettings | null = null;
  /** Sent and not answered, the oldest first. */
  readonly #changes = new Set<CallSettingsChange>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  get snapshot(): Observable<CallSettings | null> {
    return this.#snapshot;
  }

  put(settings: CallSettings): void {
    this.#confirmed = settings;
    this.#show();
  }

  clear(): void {
    this.#confirmed = null;
    this.#changes.clear();
    this.#snapshot.set(null);
  }

  async refresh(): Promise<void> {
    try {
      this.put(await this.#api.request("getCallSettings", {}));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // What is shown stays: the next connection asks again.
    }
  }

  async change(change: CallSettingsChange): Promise<void> {
    this.#changes.add(change);
    this.#show();
    try {
      this.#confirmed = await this.#api.request("changeCallSettings", { body: change });
    } finally {
      this.#changes.delete(change);
      this.#show();
    }
  }

  #show(): void {
    if (this.#confirmed === null) return;
    let shown: CallSettings = this.#confirmed;
    for (const change of this.#changes) {
      const named = Object.entries(change).filter(([, value]) => value !== undefined);
      shown = { ...shown, ...Object.fromEntries(named) };
    }
    if (JSON.stringify(shown) !== JSON.stringify(this.#snapshot.get())) this.#snapshot.set(shown);
  }
}
