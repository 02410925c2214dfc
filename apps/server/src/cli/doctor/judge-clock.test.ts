import { expect, test } from "vitest";
import { judgeClock } from "./judge-clock.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const minute = 60_000;
const day = 24 * 60 * minute;
const well = { programAt: now - day, writtenAt: now - minute, proxyAt: now };

test.each([
  ["fits all that is known", well, "good"],
  ["fits, where little is known", { ...well, writtenAt: undefined, proxyAt: undefined }, "good"],
  ["is behind what was written", { ...well, writtenAt: now + 2 * minute }, "fault"],
  ["is behind by what a clock may be set back", { ...well, writtenAt: now + 30_000 }, "good"],
  ["is behind the program's own age", { ...well, programAt: now + 2 * day }, "fault"],
  ["is not the proxy's", { ...well, proxyAt: now - 10 * minute }, "warning"],
] as const)("a clock that %s", (_, others, level) => {
  expect(judgeClock(now, others).level).toBe(level);
});

test("says what it was compared with, and that nobody else was asked", () => {
  expect(judgeClock(now, { ...well, proxyAt: undefined }).found).toBe(
    "The clock says 2026-11-21 12:00:00 UTC. That fits this program's age, what is in the database; no other clock was asked.",
  );
});
