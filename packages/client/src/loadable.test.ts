import { describe, expect, test } from "vitest";
import { ApiError } from "./errors.ts";
import { Loaded } from "./loadable.ts";

/** A server whose answers the test gives, one for each request. */
function answers<T>() {
  const waiting: { resolve(value: T): void; reject(error: unknown): void }[] = [];
  return {
    fetch: () => new Promise<T>((resolve, reject) => waiting.push({ resolve, reject })),
    next: () => {
      const answer = waiting.shift();
      if (answer === undefined) throw new Error("nothing was asked");
      return answer;
    },
    get asked() {
      return waiting.length;
    },
  };
}

const notFound = new ApiError(404, { code: "not-found", message: "Nobody has this handle." });
const unreachable = new ApiError(0, { code: "unreachable", message: "No answer." });

describe("something of the server's", () => {
  test("is loading, then ready", async () => {
    const server = answers<string>();
    const loaded = new Loaded(server.fetch);
    const done = loaded.refresh();
    expect(loaded.observable.get()).toEqual({ state: "loading" });
    server.next().resolve("one");
    await done;
    expect(loaded.observable.get()).toEqual({ state: "ready", value: "one" });
  });

  test("is missing or failed as the server says, and a failure keeps what is there", async () => {
    const server = answers<string>();
    const loaded = new Loaded(server.fetch);
    const first = loaded.refresh();
    server.next().reject(unreachable);
    await first;
    expect(loaded.observable.get()).toEqual({ state: "failed", error: unreachable });
    loaded.put("pushed");
    const second = loaded.refresh();
    server.next().reject(unreachable);
    await second;
    expect(loaded.value).toBe("pushed");
    const third = loaded.refresh();
    server.next().reject(notFound);
    await third;
    expect(loaded.observable.get()).toEqual({ state: "missing" });
  });

  test("is never put back by an answer that is older than a push", async () => {
    const server = answers<string>();
    const loaded = new Loaded(server.fetch);
    const done = loaded.refresh();
    loaded.put("pushed");
    server.next().resolve("read before");
    await done;
    expect(loaded.value).toBe("pushed");
  });

  test("that may be out of date is fetched again where somebody looks, now or later", async () => {
    const server = answers<string>();
    const loaded = new Loaded(server.fetch);
    loaded.put("old");
    loaded.observable.expire();
    expect(server.asked).toBe(0);
    const stop = loaded.observable.subscribe(() => {});
    expect(server.asked).toBe(1);
    loaded.observable.expire();
    expect(server.asked).toBe(2);
    stop();
    expect(loaded.value).toBe("old");
  });
});
