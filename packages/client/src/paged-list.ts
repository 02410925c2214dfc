import { ApiError } from "./errors.ts";
import { clientLimits } from "./limits.ts";
import { type Observable, Refreshable, Source } from "./observable.ts";

/** A list that the server hands out in pages. What is there stays while it is fetched again. */
export type PagedList<T> =
  | { state: "loading" }
  | { state: "failed"; error: ApiError }
  | {
      state: "ready";
      items: readonly T[];
      hasMore: boolean;
      /** Of all pages; null where the server does not count them. */
      count: number | null;
    };

/** Fetched when somebody looks at it, and again when the server says that it changed. */
export interface Paged<T> {
  readonly list: Observable<PagedList<T>>;
  /** It may be out of date: it is fetched again where somebody looks at it. */
  expire(): void;
  /** Begins again, such as after a failure. Another failure stands in the list. */
  refresh(): Promise<void>;
  /** @throws {ApiError} */
  loadMore(): Promise<void>;
}

interface Page<T, Cursor> {
  items: readonly T[];
  /** Where the next page begins; null at the end. */
  next: Cursor | null;
  /** On the first page, of all pages. */
  count?: number | null;
}

export class PagedListStore<T, Cursor extends string = string> implements Paged<T> {
  readonly #fetchPage: (after: Cursor | undefined) => Promise<Page<T, Cursor>>;
  readonly #source = new Source<PagedList<T>>({ state: "loading" });
  readonly list: Refreshable<PagedList<T>>;
  #next: Cursor | null = null;
  #pageCount = 1;
  /** Counts what replaced the list: a page that was asked for before belongs to nothing any more. */
  #version = 0;
  #isOutOfDate = false;
  #refreshing: Promise<void> | null = null;
  /** When pushes last made it be fetched again, in milliseconds of the page's own clock. */
  #pushedAtMs = Number.NEGATIVE_INFINITY;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(fetchPage: (after: Cursor | undefined) => Promise<Page<T, Cursor>>) {
    this.#fetchPage = fetchPage;
    this.list = new Refreshable(this.#source, () => this.#refreshSoon());
    this.list.expire();
  }

  refresh(): Promise<void> {
    this.#isOutOfDate = true;
    this.#refreshing ??= this.#fetchUntilCurrent();
    return this.#refreshing;
  }

  async loadMore(): Promise<void> {
    if (this.#next === null) return;
    const version = this.#version;
    const page = await this.#fetchPage(this.#next);
    const before = this.#source.get();
    if (version !== this.#version || before.state !== "ready") return;
    this.#pageCount += 1;
    this.#show([...before.items, ...page.items], page.next, before.count);
  }

  expire(): void {
    this.list.expire();
  }

  clear(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#version += 1;
    this.#pageCount = 1;
    this.#next = null;
    this.#source.set({ state: "loading" });
    this.list.expire();
  }

  /** Many changes that come together are one question. The first of all waits for nothing. */
  #refreshSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      if (this.#source.get().state === "ready") this.#pushedAtMs = performance.now();
      // Where whoever looked has gone, whoever looks next asks.
      if (this.#source.isObserved) void this.refresh();
      else this.list.expire();
    }, this.#waitMs());
  }

  #waitMs(): number {
    if (this.#source.get().state !== "ready") return 0;
    const restMs = this.#pushedAtMs + clientLimits.listRefreshEveryMs - performance.now();
    return Math.max(clientLimits.listRefreshMs, restMs);
  }

  /** Until nothing changed while it was fetched. */
  async #fetchUntilCurrent(): Promise<void> {
    try {
      while (this.#isOutOfDate) {
        this.#isOutOfDate = false;
        await this.#fetchShown();
      }
    } finally {
      this.#refreshing = null;
    }
  }

  /** As many pages as are shown, so that nothing jumps; of a very long list the first ones. */
  async #fetchShown(): Promise<void> {
    this.list.renew();
    const version = this.#version;
    const wanted = Math.min(this.#pageCount, clientLimits.listPagesRefreshedMax);
    const items: T[] = [];
    let pageCount = 0;
    let next: Cursor | null = null;
    let count: number | null = null;
    try {
      do {
        const page: Page<T, Cursor> = await this.#fetchPage(next ?? undefined);
        items.push(...page.items);
        next = page.next;
        count ??= page.count ?? null;
        pageCount += 1;
      } while (next !== null && pageCount < wanted);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const isShown = this.#source.get().state === "ready";
      if (version === this.#version && !isShown) this.#source.set({ state: "failed", error });
      if (!this.#source.isObserved) this.list.expire();
      return;
    }
    if (version !== this.#version) return;
    this.#version += 1;
    this.#pageCount = pageCount;
    this.#show(items, next, count);
  }

  #show(items: readonly T[], next: Cursor | null, count: number | null): void {
    this.#next = next;
    this.#source.set({ state: "ready", items, hasMore: next !== null, count });
  }
}
