import { afterEach, expect, test, vi } from "vitest";
import { TestPage } from "../../test/test-page.ts";
import { keepAwake } from "./wake-lock.ts";

afterEach(() => void vi.unstubAllGlobals());

/** A screen that counts who keeps it on. */
function screen() {
  const locks = { held: 0, asked: 0, isRefusing: false };
  const request = async () => {
    locks.asked += 1;
    if (locks.isRefusing) throw new DOMException("battery", "NotAllowedError");
    locks.held += 1;
    let isHeld = true;
    const release = async () => {
      if (isHeld) locks.held -= 1;
      isHeld = false;
    };
    return { release };
  };
  vi.stubGlobal("navigator", { wakeLock: { request } });
  return locks;
}

test("the screen stays on until the end of the call", async () => {
  const locks = screen();
  const scope = new AbortController();
  keepAwake(new TestPage(), scope.signal);
  await vi.waitFor(() => expect(locks.held).toBe(1));
  scope.abort();
  await vi.waitFor(() => expect(locks.held).toBe(0));
});

test("a page that is shown again keeps the screen on again, and once", async () => {
  const locks = screen();
  const page = new TestPage();
  const scope = new AbortController();
  keepAwake(page, scope.signal);
  await vi.waitFor(() => expect(locks.held).toBe(1));
  page.happen("shown");
  await vi.waitFor(() => expect(locks.asked).toBe(2));
  scope.abort();
  await vi.waitFor(() => expect(locks.held).toBe(0));
  page.happen("shown");
  expect(locks.asked).toBe(2);
});

test("a call that ends while the screen is asked for keeps nothing on", async () => {
  const locks = screen();
  const scope = new AbortController();
  keepAwake(new TestPage(), scope.signal);
  scope.abort();
  await vi.waitFor(() => expect(locks.asked).toBe(1));
  await vi.waitFor(() => expect(locks.held).toBe(0));
});

test("a platform that refuses is asked again when the page is shown", async () => {
  const locks = screen();
  locks.isRefusing = true;
  const page = new TestPage();
  const scope = new AbortController();
  keepAwake(page, scope.signal);
  await vi.waitFor(() => expect(locks.asked).toBe(1));
  locks.isRefusing = false;
  page.happen("shown");
  await vi.waitFor(() => expect(locks.held).toBe(1));
  scope.abort();
});
