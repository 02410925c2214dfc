import type { QuietNow, QuietRules } from "@ringfence/policy";
import { Weekday } from "@ringfence/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TestPage } from "../test/test-page.ts";
import { Source } from "./observable.ts";
import { QuietClock } from "./quiet-clock.ts";

const evening = Date.parse("2026-07-01T21:00Z");
const hourMs = 3_600_000;
/** From ten in the evening until seven. */
const nights: QuietRules = {
  quietHours: {
    timeZone: "UTC",
    periods: [{ days: [...Weekday.options], from: 22 * 60, to: 7 * 60 }],
  },
  doNotDisturb: { isOn: false, until: null },
};

let scope: AbortController;
let rules: Source<QuietRules | null>;
let page: TestPage;
let shown: (QuietNow | null)[];

beforeEach(() => {
  vi.useFakeTimers({ now: evening });
  scope = new AbortController();
  rules = new Source<QuietRules | null>(null);
  page = new TestPage();
  const { now } = new QuietClock(rules, page, scope.signal);
  shown = [now.get()];
  now.subscribe(() => shown.push(now.get()));
});
afterEach(() => {
  scope.abort();
  vi.useRealTimers();
});

test("what is shown follows the clock, to the moment and without a word of the server", () => {
  rules.set(nights);
  vi.advanceTimersByTime(hourMs - 1);
  expect(shown).toEqual([null, { isQuiet: false, from: evening + hourMs }]);
  vi.advanceTimersByTime(1);
  expect(shown.at(-1)).toEqual({
    isQuiet: true,
    because: "quiet-hours",
    until: evening + 10 * hourMs,
  });
  vi.advanceTimersByTime(9 * hourMs);
  expect(shown.at(-1)).toEqual({ isQuiet: false, from: evening + 25 * hourMs });
  expect(shown).toHaveLength(4);
});

test("what is shown follows the settings", () => {
  rules.set(nights);
  rules.set({ ...nights, doNotDisturb: { isOn: true, until: null } });
  expect(shown.at(-1)).toEqual({ isQuiet: true, because: "do-not-disturb", until: null });
  rules.set({ ...nights });
  expect(shown.at(-1)).toMatchObject({ isQuiet: false });
  rules.set(null);
  expect(shown.at(-1)).toBeNull();
});

test("a machine that slept is right as soon as it is looked at", () => {
  rules.set(nights);
  vi.setSystemTime(evening + 2 * hourMs);
  page.happen("shown");
  expect(shown.at(-1)).toMatchObject({ isQuiet: true });
});

test("nothing goes on once it was ended", () => {
  rules.set(nights);
  scope.abort();
  expect(vi.getTimerCount()).toBe(0);
  rules.set(null);
  expect(shown).toHaveLength(2);
});
