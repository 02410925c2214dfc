import type { Retention } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";

/** What the server keeps of this account. Every method throws `ApiError`. */
export interface Records {
  readRetention(): Promise<Retention>;
  /** Keeps the account's calls for so many days; older ones go at once, for good. */
  keepCallsFor(days: number): Promise<Retention>;
  /** All of it, as one JSON file: `docs/records.md` describes it. */
  export(): Promise<Blob>;
}

interface RetentionListener {
  /** Whenever the server says it. */
  onTold(retention: Retention): void;
  /** The person chose so many days, here. */
  onChosen(callRecordDays: number): void;
}

/** Goes up when a program that reads the file would misunderstand a newer one. */
const exportVersion = 1;

export class RecordsAccess implements Records {
  readonly #api: ApiClient;
  readonly #now: () => number;
  readonly #listener: RetentionListener;

  /** @param now Unix time in milliseconds */
  constructor(api: ApiClient, now: () => number, listener: RetentionListener) {
    this.#api = api;
    this.#now = now;
    this.#listener = listener;
  }

  async readRetention(): Promise<Retention> {
    return this.#tell(await this.#api.request("getRetention", {}));
  }

  async keepCallsFor(callRecordDays: number): Promise<Retention> {
    const retention = await this.#api.request("changeRetention", { body: { callRecordDays } });
    this.#listener.onChosen(callRecordDays);
    return this.#tell(retention);
  }

  #tell(retention: Retention): Retention {
    this.#listener.onTold(retention);
    return retention;
  }

  async export(): Promise<Blob> {
    const records = new Map<string, unknown[]>();
    let after: string | undefined;
    do {
      const page = await this.#api.request("exportAccount", { query: { after } });
      for (const [section, rows] of Object.entries(page.records)) {
        records.set(section, [...(records.get(section) ?? []), ...rows]);
      }
      after = page.next ?? undefined;
    } while (after !== undefined);
    const file = {
      format: "ringfence-export",
      version: exportVersion,
      exportedAt: this.#now(),
      records: Object.fromEntries(records),
    };
    return new Blob([JSON.stringify(file, null, 2)], { type: "application/json" });
  }
}
