import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "./errors.ts";
import { clientLimits } from "./limits.ts";
import { PagedListStore } from "./paged-list.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server with a list in pages of two, which counts the questions. */
function serverOf(...items: string[]) {
  const server = {
    items,
    questions: 0,
    failure: null as ApiError | null,
    fetchPage: async (after: string | undefined) => {
      server.questions += 1;
      if (server.failure !== null) throw server.failure;
      const begin = after === undefined ? 0 : server.items.indexOf(after) + 1;
      const page = server.items.slice(begin, begin + 2);
      const isLast = begin + 2 >= server.items.length;
      return { items: page, next: isLast ? null : (page.at(-1) ?? null) };
    },
  };
  return server;
}

const failure = new ApiError(503, { code: "unavailable", message: "Try again." });
const passAll = () => vi.advanceTimersByTimeAsync(clientLimits.listRefreshMs);
const ready = (items: string[], hasMore = false) => ({
  state: "ready",
  items,
  hasMore,
  count: null,
});

describe("a list in pages", () => {
  test("is fetched when somebody looks at it, and not before", async () => {
    const server = serverOf("a");
    const store = new PagedListStore(server.fetchPage);
    await passAll();
    expect(server.questions).toBe(0);
    store.list.subscribe(() => {});
    await passAll();
    expect(store.list.get()).toEqual(ready(["a"]));
  });

  test("grows by a page, and has as many when it is fetched again", async () => {
    const server = serverOf("a", "b", "c", "d", "e");
    const store = new PagedListStore(server.fetchPage);
    store.list.subscribe(() => {});
    await passAll();
    expect(store.list.get()).toEqual(ready(["a", "b"], true));
    await store.loadMore();
    expect(store.list.get()).toEqual(ready(["a", "b", "c", "d"], true));
    server.items = ["b", "c", "d", "e"];
    store.expire();
    await vi.advanceTimersByTimeAsync(clientLimits.listRefreshEveryMs);
    expect(store.list.get()).toEqual(ready(["b", "c", "d", "e"]));
  });

  test("has the count that came with its first page", async () => {
    const store = new PagedListStore(async (after) =>
      after === undefined
        ? { items: ["a"], next: "a", count: 2 }
        : { items: ["b"], next: null, count: null },
    );
    await store.refresh();
    await store.loadMore();
    expect(store.list.get()).toEqual({ ...ready(["a", "b"]), count: 2 });
    await store.refresh();
    expect(store.list.get()).toEqual({ ...ready(["a", "b"]), count: 2 });
  });

  test("asks once for changes that come together", async () => {
    const server = serverOf("a");
    const store = new PagedListStore(server.fetchPage);
    store.list.subscribe(() => {});
    await passAll();
    server.questions = 0;
    for (let change = 0; change < 100; change++) store.expire();
    await vi.advanceTimersByTimeAsync(clientLimits.listRefreshEveryMs);
    expect(server.questions).toBe(1);
  });

  test("asks no more than once a second, however much changes, and misses nothing", async () => {
    const server = serverOf("a");
    const store = new PagedListStore(server.fetchPage);
    store.list.subscribe(() => {});
    await passAll();
    server.questions = 0;
    for (let change = 0; change < 100; change++) {
      store.expire();
      await vi.advanceTimersByTimeAsync(100);
    }
    server.items = ["b"];
    store.expire();
    await vi.advanceTimersByTimeAsync(clientLimits.listRefreshEveryMs);
    expect(server.questions).toBeLessThanOrEqual(12);
    expect(store.list.get()).toEqual(ready(["b"]));
  });

  test("asks again where something changed while it was fetched", async () => {
    const server = serverOf("a");
    const store = new PagedListStore(server.fetchPage);
    const first = store.refresh();
    server.items = ["b"];
    void store.refresh();
    await first;
    expect(server.questions).toBe(2);
    expect(store.list.get()).toEqual(ready(["b"]));
  });

  test("keeps what is there when it cannot be fetched again", async () => {
    const server = serverOf("a");
    const store = new PagedListStore(server.fetchPage);
    await store.refresh();
    server.failure = failure;
    await store.refresh();
    expect(store.list.get()).toEqual(ready(["a"]));
  });

  test("says that it failed, and comes when asked again", async () => {
    const server = serverOf("a");
    server.failure = failure;
    const store = new PagedListStore(server.fetchPage);
    await store.refresh();
    expect(store.list.get()).toEqual({ state: "failed", error: failure });
    server.failure = null;
    await store.refresh();
    expect(store.list.get()).toEqual(ready(["a"]));
  });

  test("drops a page that belongs to the list before", async () => {
    const server = serverOf("a", "b", "c");
    const store = new PagedListStore(server.fetchPage);
    await store.refresh();
    const more = store.loadMore();
    store.clear();
    await more;
    expect(store.list.get()).toEqual({ state: "loading" });
  });
});
