import { type QuietHours, Weekday } from "@ringfence/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { quietNow } from "./index.ts";
import { dayMs, hourMs, minuteMs } from "./test/people.ts";

const seed = Number(process.env["POLICY_SEED"] ?? 20_261_121);

/** When their clocks are put forward or back. */
const jumps: readonly (readonly [timeZone: string, at: string])[] = [
  ["Europe/Berlin", "2026-03-29T01:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00Z"],
  ["America/New_York", "2026-03-08T07:00Z"],
  ["America/New_York", "2026-11-01T06:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
  ["Pacific/Apia", "2011-12-30T10:00Z"],
  // It has none, and is ahead by quarters of an hour.
  ["Asia/Kathmandu", "2026-07-01T00:00Z"],
];

const minuteOfDay = fc.integer({ min: 0, max: 1_439 });
const anyPeriod = fc.record({
  days: fc.subarray([...Weekday.options], { minLength: 1 }),
  from: minuteOfDay,
  to: minuteOfDay,
});
/** Quiet hours, and a time not long before a clock is put forward or back. */
const anyCase = fc
  .record({
    jump: fc.constantFrom(...jumps),
    periods: fc.array(anyPeriod, { minLength: 1, maxLength: 3 }),
    agoMs: fc.integer({ min: -2 * hourMs, max: 20 * hourMs }),
  })
  .map(({ jump: [timeZone, at], periods, agoMs }) => ({
    quietHours: { timeZone, periods },
    now: Date.parse(at) - agoMs,
  }));

test(`the next change is the first minute at which the clock says otherwise (POLICY_SEED=${seed})`, () => {
  const law = fc.property(anyCase, ({ quietHours, now }) => {
    const said = quietNow({ quietHours, doNotDisturb: { isOn: false, until: null } }, now);
    const { isQuiet, changesAt } = readOff(quietHours, now);
    expect(said.isQuiet).toBe(isQuiet);
    expect(said.isQuiet ? said.until : said.from).toBe(changesAt);
  });
  fc.assert(law, { seed, numRuns: 150 });
}, 60_000);

/** The same, read off the clock at each minute: slow, and nothing to be wrong in. */
function readOff(quietHours: QuietHours, now: number) {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: quietHours.timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const isQuiet = isShown(quietHours, clock.format(now));
  const begun = Math.floor(now / minuteMs) * minuteMs;
  for (let at = begun + minuteMs; at < begun + 15 * dayMs; at += minuteMs) {
    if (isShown(quietHours, clock.format(at)) !== isQuiet) return { isQuiet, changesAt: at };
  }
  return { isQuiet, changesAt: null };
}

/** @param shown such as "Wed, 22:30" or "Wed 22:30" */
function isShown({ periods }: QuietHours, shown: string): boolean {
  const [weekday = "", time = ""] = shown.split(/,? /);
  const [hours, minutes] = time.split(":").map(Number);
  const minute = (hours ?? 0) * 60 + (minutes ?? 0);
  const today = Weekday.parse(weekday.toLowerCase());
  const yesterday = Weekday.options.at(Weekday.options.indexOf(today) - 1) ?? today;
  return periods.some(({ days, from, to }) => {
    if (from < to) return days.includes(today) && from <= minute && minute < to;
    return (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < to);
  });
}
