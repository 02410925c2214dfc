import type { ConversationView } from "@ringfence/protocol";
import { ApiError } from "./errors.ts";
import { type Observable, Source } from "./observable.ts";

export type Place = "inbox" | "requests";

/** One of the two lists, newest first. `failed` keeps what was there before. */
export interface ConversationList {
  state: "loading" | "ready" | "failed";
  conversations: readonly ConversationView[];
  hasMore: boolean;
}

interface ListParts {
  place: Place;
  /** Fetches a page and keeps what it brought; the list is drawn from all that is kept. */
  fetchPage(place: Place, before: string | undefined): Promise<{ next: string | null }>;
}

/** How far one list has been fetched. */
export class ConversationListStore {
  readonly #parts: ListParts;
  readonly #snapshot = new Source<ConversationList>({
    state: "loading",
    conversations: [],
    hasMore: false,
  });
  #next: string | null = null;
  #isLoadingMore = false;

  constructor(parts: ListParts) {
    this.#parts = parts;
  }

  get observable(): Observable<ConversationList> {
    return this.#snapshot;
  }

  /** Draws the list from every conversation that is known. */
  show(known: Iterable<ConversationView>): void {
    const conversations = [...known]
      .filter(({ place, listedAt }) => place === this.#parts.place && listedAt !== null)
      .toSorted((one, other) => ((one.listedAt ?? "") > (other.listedAt ?? "") ? -1 : 1));
    const before = this.#snapshot.get();
    const isSame =
      conversations.length === before.conversations.length &&
      conversations.every((one, index) => one === before.conversations[index]);
    if (!isSame) this.#snapshot.set({ ...before, conversations });
  }

  /** Begins again with the first page. */
  async refresh(): Promise<void> {
    try {
      const { next } = await this.#parts.fetchPage(this.#parts.place, undefined);
      this.#next = next;
      this.#set("ready");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#snapshot.get().state !== "ready") this.#set("failed");
    }
  }

  /** @throws {ApiError} */
  async loadMore(): Promise<void> {
    if (this.#snapshot.get().state === "failed") return this.refresh();
    if (this.#next === null || this.#isLoadingMore) return;
    this.#isLoadingMore = true;
    try {
      const { next } = await this.#parts.fetchPage(this.#parts.place, this.#next);
      this.#next = next;
      this.#set("ready");
    } finally {
      this.#isLoadingMore = false;
    }
  }

  clear(): void {
    this.#next = null;
    this.#snapshot.set({ state: "loading", conversations: [], hasMore: false });
  }

  #set(state: ConversationList["state"]): void {
    this.#snapshot.update((before) => ({ ...before, state, hasMore: this.#next !== null }));
  }
}
