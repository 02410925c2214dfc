import type { Entry, Handle, MessageEntry } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { ApiError } from "./errors.ts";
import { Refreshable, Source } from "./observable.ts";
import { makeUuid } from "./uuid.ts";

/** A message that the server has not confirmed yet. `failure` is null while it is on its way. */
export interface PendingMessage {
  type: "pending";
  clientMessageId: string;
  text: string;
  /** Unix time in milliseconds, by this device's clock. */
  at: number;
  failure: ApiError | null;
}

/** Oldest first; pending messages stand last. */
export interface Thread {
  state: "loading" | "ready" | "failed";
  entries: readonly (Entry | PendingMessage)[];
  hasEarlier: boolean;
}

/** The thread of one conversation. */
export class ThreadStore {
  readonly #api: ApiClient;
  readonly #handle: Handle;
  readonly #snapshot = new Source<Thread>({ state: "loading", entries: [], hasEarlier: false });
  readonly observable: Refreshable<Thread>;
  #state: Thread["state"] = "loading";
  /** By id, which is by time. */
  #entries: Entry[] = [];
  #pending: PendingMessage[] = [];
  #hasEarlier = false;
  #isLoadingEarlier = false;
  /** Messages go one after another, so that they stand in the order in which they were written. */
  #sending: Promise<void> = Promise.resolve();

  constructor(api: ApiClient, handle: Handle) {
    this.#api = api;
    this.#handle = handle;
    this.observable = new Refreshable(this.#snapshot, () => void this.refresh());
  }

  get latestId(): string | null {
    return this.#entries.at(-1)?.id ?? null;
  }

  async refresh(): Promise<void> {
    try {
      const page = await this.#listEntries({});
      const oldest = page.entries[0];
      const latest = this.latestId;
      // Where the page does not reach back to what is shown, something lies between the two.
      const isGap =
        latest === null || (oldest !== undefined && page.hasEarlier && oldest.id > latest);
      if (isGap || this.#state !== "ready") {
        const since = this.#entries.filter((entry) => oldest === undefined || entry.id > oldest.id);
        this.#entries = since;
        this.#hasEarlier = page.hasEarlier;
      }
      this.#state = "ready";
      this.#merge(page.entries);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#state === "ready") return;
      this.#state = "failed";
      this.#show();
    }
  }

  /** @throws {ApiError} */
  async loadEarlier(): Promise<void> {
    if (this.#state === "failed") return this.refresh();
    const before = this.#entries[0]?.id;
    if (!this.#hasEarlier || this.#isLoadingEarlier || before === undefined) return;
    this.#isLoadingEarlier = true;
    try {
      const page = await this.#listEntries({ before });
      this.#hasEarlier = page.hasEarlier;
      this.#merge(page.entries);
    } finally {
      this.#isLoadingEarlier = false;
    }
  }

  add(entry: Entry): void {
    this.#merge([entry]);
  }

  clear(): void {
    this.#entries = [];
    this.#hasEarlier = false;
    this.#show();
  }

  send(text: string): void {
    const clientMessageId = makeUuid();
    const message = {
      type: "pending",
      clientMessageId,
      text,
      at: Date.now(),
      failure: null,
    } as const;
    this.#pending = [...this.#pending, message];
    this.#show();
    this.#queue(message);
  }

  retry(clientMessageId: string): void {
    const message = this.#pending.find((one) => one.clientMessageId === clientMessageId);
    if (message === undefined || message.failure === null) return;
    this.#setFailure(clientMessageId, null);
    this.#queue(message);
  }

  #queue({ clientMessageId, text }: PendingMessage): void {
    this.#sending = this.#sending.then(async () => {
      // It may have been confirmed meanwhile: the answer to an earlier attempt was lost.
      if (!this.#pending.some((one) => one.clientMessageId === clientMessageId)) return;
      try {
        this.#merge([await this.#post(clientMessageId, text)]);
      } catch (error) {
        // Whatever it was, the messages behind this one have to go on.
        this.#setFailure(clientMessageId, error instanceof ApiError ? error : unsent(error));
      }
    });
  }

  #post(clientMessageId: string, text: string): Promise<MessageEntry> {
    return this.#api.request("sendMessage", {
      params: { handle: this.#handle },
      body: { clientMessageId, text },
    });
  }

  #setFailure(clientMessageId: string, failure: ApiError | null): void {
    this.#pending = this.#pending.map((one) =>
      one.clientMessageId === clientMessageId ? { ...one, failure } : one,
    );
    this.#show();
  }

  #listEntries(query: { before?: string }) {
    return this.#api.request("listEntries", { params: { handle: this.#handle }, query });
  }

  #merge(entries: readonly Entry[]): void {
    const byId = new Map<string, Entry>(this.#entries.map((entry) => [entry.id, entry]));
    const confirmed = new Set<string>();
    for (const entry of entries) {
      byId.set(entry.id, entry);
      if (entry.type === "message" && entry.clientMessageId !== undefined) {
        confirmed.add(entry.clientMessageId);
      }
    }
    this.#entries = [...byId.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
    this.#pending = this.#pending.filter((one) => !confirmed.has(one.clientMessageId));
    this.#show();
  }

  #show(): void {
    this.#snapshot.set({
      state: this.#state,
      entries: [...this.#entries, ...this.#pending],
      hasEarlier: this.#hasEarlier,
    });
  }
}

function unsent(cause: unknown): ApiError {
  const message = "This page could not send the message. Try again, or reload the page.";
  return new ApiError(0, { code: "internal", message }, cause);
}
