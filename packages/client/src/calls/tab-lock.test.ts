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

  test("is each tab's own where the platform has no locks", async () => {
    const lock = new TabLock(null, "none");
    expect(await lock.tryHold()).not.toBeNull();
    expect(await lock.tryHold()).not.toBeNull();
    expect(await lock.isHeldElsewhere()).toBe(false);
  });
});
