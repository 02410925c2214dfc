import { describe, expect, test } from "vitest";
import { TabLock } from "./tab-lock.ts";

/** Two tabs of one profile, by a lock of their own. */
function tabs(name: string): [TabLock, TabLock] {
  return [new TabLock(navigator.locks, name), new TabLock(navigator.locks, name)];
}

describe("a lock of the tabs of one profile", () => {
  test("is held by one of them", async () => {
    const [first, second] = tabs("one");
    const release = await first.tryHold();
    expect(await second.tryHold()).toBeNull();
    release?.();
  });

  test("can be held again by a tab that has just let go of it", async () => {
    const [first] = tabs("again");
    const release = await first.tryHold();
    release?.();
    expect(await first.tryHold()).not.toBeNull();
  });

  test("is not held elsewhere where nobody holds it, or this tab does", async () => {
    const [first, second] = tabs("elsewhere");
    expect(await first.isHeldElsewhere()).toBe(false);
    const release = await first.tryHold();
    expect(await first.isHeldElsewhere()).toBe(false);
    expect(await second.isHeldElsewhere()).toBe(true);
    release?.();
    expect(await first.isHeldElsewhere()).toBe(false);
  });

  test("is waited for until it is free, by all who only look", async () => {
    const [first, second] = tabs("look");
    const third = new TabLock(navigator.locks, "look");
    const release = await first.tryHold();
    const { signal } = new AbortController();
    const looks = Promise.all([second.untilFree(signal), third.untilFree(signal)]);
    release?.();
    expect(await looks).toEqual([true, true]);
    expect(await second.isHeldElsewhere()).toBe(false);
  });

  test("is waited for no longer than the signal allows", async () => {
    const [first, second] = tabs("signal");
    const release = await first.tryHold();
    const impatience = new AbortController();
    const look = second.untilFree(impatience.signal);
    const turn = second.hold(impatience.signal);
    impatience.abort();
    expect(await look).toBe(false);
    expect(await turn).toBeNull();
    release?.();
  });

  test("is each tab's own where the platform lets the page have none", async () => {
    const denied = {
      request: () => Promise.reject(new DOMException("denied", "SecurityError")),
    } as unknown as LockManager;
    const lock = new TabLock(denied, "denied");
    expect(await lock.tryHold()).not.toBeNull();
    expect(await lock.isHeldElsewhere()).toBe(false);
  });

  test("is each tab's own where the platform has no locks", async () => {
    const lock = new TabLock(null, "none");
    expect(await lock.tryHold()).not.toBeNull();
    expect(await lock.tryHold()).not.toBeNull();
    expect(await lock.isHeldElsewhere()).toBe(false);
  });
});
