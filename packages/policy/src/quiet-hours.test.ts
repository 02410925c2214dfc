import { type QuietPeriod, Weekday } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import {
  decide,
  type Facts,
  type GrantFact,
  quietNow,
  type QuietRules,
  ringsQuietly,
} from "./index.ts";
import { acquaintances, aliceRingsBob, friends, hourMs, permitOf } from "./test/people.ts";

const everyDay = Weekday.options;
const off = { isOn: false, until: null };

/** "22:00" is 1,320. */
function minuteOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

function period(from: string, to: string, days: readonly Weekday[] = everyDay): QuietPeriod {
  return { days: [...days], from: minuteOf(from), to: minuteOf(to) };
}

function rulesOf(timeZone: string, ...periods: QuietPeriod[]): QuietRules {
  return { quietHours: { timeZone, periods }, doNotDisturb: off };
}

/** "quiet until 2026-07-01T05:00Z", "do not disturb until never", "not quiet, next never" */
function wordsOf(rules: QuietRules, at: string): string {
  const now = quietNow(rules, Date.parse(at));
  if (!now.isQuiet) return `not quiet, next ${short(now.from)}`;
  const what = now.because === "quiet-hours" ? "quiet" : "do not disturb";
  return `${what} until ${short(now.until)}`;
}

function short(time: number | null): string {
  return time === null ? "never" : new Date(time).toISOString().replace(":00.000Z", "Z");
}

type Line = readonly [what: string, rules: QuietRules, at: string, answer: string];

function holds(lines: readonly Line[]) {
  test.each(lines)("%s", (_what, rules, at, answer) => {
    expect(wordsOf(rules, at)).toBe(answer);
  });
}

describe("quiet hours go by the clock on the wall", () => {
  const nights = rulesOf("Europe/Berlin", period("22:00", "07:00"));
  const kathmandu = rulesOf("Asia/Kathmandu", period("21:30", "06:15"));
  const workdays = rulesOf("Europe/Berlin", period("09:00", "17:00", ["mon", "tue"]));
  const friday = rulesOf("Europe/Berlin", period("23:00", "02:00", ["fri"]));
  const sunday = rulesOf("Europe/Berlin", period("23:00", "02:00", ["sun"]));
  holds([
    ["in a summer evening", nights, "2026-07-01T19:59:59Z", "not quiet, next 2026-07-01T20:00Z"],
    ["from the minute on", nights, "2026-07-01T20:00Z", "quiet until 2026-07-02T05:00Z"],
    ["over midnight", nights, "2026-07-01T23:30Z", "quiet until 2026-07-02T05:00Z"],
    ["to the minute", nights, "2026-07-02T05:00Z", "not quiet, next 2026-07-02T20:00Z"],
    [
      "an hour later by UTC in winter",
      nights,
      "2026-01-10T21:00Z",
      "quiet until 2026-01-11T06:00Z",
    ],
    [
      "where it differs by quarters of an hour",
      kathmandu,
      "2026-07-01T15:44Z",
      "not quiet, next 2026-07-01T15:45Z",
    ],
    ["and there in the night", kathmandu, "2026-07-01T15:45Z", "quiet until 2026-07-02T00:30Z"],
    ["on its days", workdays, "2026-07-07T12:00Z", "quiet until 2026-07-07T15:00Z"],
    ["and not on others", workdays, "2026-07-08T12:00Z", "not quiet, next 2026-07-13T07:00Z"],
    ["of the day that it began on", friday, "2026-07-03T23:30Z", "quiet until 2026-07-04T00:00Z"],
    ["though not of the next", friday, "2026-07-04T22:00Z", "not quiet, next 2026-07-10T21:00Z"],
    ["over the end of the week", sunday, "2026-07-05T21:00Z", "quiet until 2026-07-06T00:00Z"],
    ["on the Monday after it", sunday, "2026-07-05T22:30Z", "quiet until 2026-07-06T00:00Z"],
    ["where there are none", rulesOf("UTC"), "2026-07-01T00:00Z", "not quiet, next never"],
    [
      "all day and all week",
      rulesOf("Asia/Kathmandu", period("00:00", "00:00")),
      "2026-07-01T00:00Z",
      "quiet until never",
    ],
    [
      "for the whole of one day",
      rulesOf("UTC", period("09:00", "09:00", ["wed"])),
      "2026-07-01T09:00Z",
      "quiet until 2026-07-02T09:00Z",
    ],
  ]);
});

describe("several periods", () => {
  holds([
    [
      "that overlap are one",
      rulesOf("UTC", period("20:00", "23:00"), period("22:00", "06:00")),
      "2026-07-01T20:00Z",
      "quiet until 2026-07-02T06:00Z",
    ],
    [
      "that touch are one",
      rulesOf("UTC", period("20:00", "22:00"), period("22:00", "06:00")),
      "2026-07-01T20:00Z",
      "quiet until 2026-07-02T06:00Z",
    ],
    [
      "that lie in one another are one",
      rulesOf("UTC", period("22:00", "06:00"), period("23:00", "01:00", ["sun"])),
      "2026-07-05T22:30Z",
      "quiet until 2026-07-06T06:00Z",
    ],
    [
      "that touch where the week ends are one",
      rulesOf("UTC", period("18:00", "00:00", ["sun"]), period("00:00", "08:00", ["mon"])),
      "2026-07-05T19:00Z",
      "quiet until 2026-07-06T08:00Z",
    ],
    [
      "that lie apart are two",
      rulesOf("UTC", period("20:00", "22:00"), period("22:01", "06:00")),
      "2026-07-01T20:00Z",
      "quiet until 2026-07-01T22:00Z",
    ],
    [
      "leave the minute between them",
      rulesOf("UTC", period("20:00", "22:00"), period("22:01", "06:00")),
      "2026-07-01T22:00Z",
      "not quiet, next 2026-07-01T22:01Z",
    ],
  ]);
});

describe("a clock that is put forward", () => {
  // Berlin, 29 March 2026: 01:59 is followed by 03:00, at 01:00 UTC.
  const skipped = rulesOf("Europe/Berlin", period("02:10", "02:50"));
  const sundays = rulesOf("Europe/Berlin", period("02:10", "02:50", ["sun"]));
  const into = rulesOf("Europe/Berlin", period("01:30", "02:30"));
  const outOf = rulesOf("Europe/Berlin", period("02:30", "03:30"));
  const across = rulesOf("Europe/Berlin", period("22:00", "07:00"));
  // New York, 8 March 2026, at 07:00 UTC; Lord Howe, 4 October 2026: by half an hour, at 15:30 UTC.
  const newYork = rulesOf("America/New_York", period("23:00", "03:00"));
  const lordHowe = rulesOf("Australia/Lord_Howe", period("02:10", "02:40"));
  // Apia, 2011: after Thursday, 29 December came Saturday the 31st, at 10:00 UTC.
  const apia = rulesOf("Pacific/Apia", period("10:00", "12:00", ["fri"]));
  const apiaNight = rulesOf("Pacific/Apia", period("22:00", "07:00"));
  holds([
    [
      "skips what lies in the hour",
      skipped,
      "2026-03-29T00:30Z",
      "not quiet, next 2026-03-30T00:10Z",
    ],
    [
      "for a week, where it is that weekday's",
      sundays,
      "2026-03-22T02:00Z",
      "not quiet, next 2026-04-05T00:10Z",
    ],
    ["ends what ends in the hour", into, "2026-03-29T00:45Z", "quiet until 2026-03-29T01:00Z"],
    [
      "begins what begins in the hour",
      outOf,
      "2026-03-29T00:45Z",
      "not quiet, next 2026-03-29T01:00Z",
    ],
    ["ends that as usual", outOf, "2026-03-29T01:00Z", "quiet until 2026-03-29T01:30Z"],
    ["makes a night shorter", across, "2026-03-28T21:00Z", "quiet until 2026-03-29T05:00Z"],
    [
      "ends a period at the hour itself",
      newYork,
      "2026-03-08T06:59Z",
      "quiet until 2026-03-08T07:00Z",
    ],
    ["by half an hour", lordHowe, "2026-10-03T15:29Z", "not quiet, next 2026-10-03T15:30Z"],
    ["by half an hour, and then", lordHowe, "2026-10-03T15:30Z", "quiet until 2026-10-03T15:40Z"],
    ["by a whole day", apia, "2011-12-30T09:00Z", "not quiet, next 2012-01-05T20:00Z"],
    ["by a whole day in a night", apiaNight, "2011-12-30T09:00Z", "quiet until 2011-12-30T17:00Z"],
  ]);
});

describe("a clock that is put back", () => {
  // Berlin, 25 October 2026: 02:59 is followed by 02:00, at 01:00 UTC.
  const twice = rulesOf("Europe/Berlin", period("02:10", "02:50"));
  const into = rulesOf("Europe/Berlin", period("01:30", "02:30"));
  const outOf = rulesOf("Europe/Berlin", period("02:30", "03:30"));
  const across = rulesOf("Europe/Berlin", period("22:00", "07:00"));
  // New York, 1 November 2026, at 06:00 UTC; Lord Howe, 5 April 2026: by half an hour, at 15:00 UTC.
  const newYork = rulesOf("America/New_York", period("23:00", "01:00"));
  const lordHowe = rulesOf("Australia/Lord_Howe", period("01:40", "01:50"));
  holds([
    ["shows a time twice: first", twice, "2026-10-25T00:10Z", "quiet until 2026-10-25T00:50Z"],
    ["between", twice, "2026-10-25T00:50Z", "not quiet, next 2026-10-25T01:10Z"],
    ["and again", twice, "2026-10-25T01:10Z", "quiet until 2026-10-25T01:50Z"],
    ["ends a period", into, "2026-10-24T23:30Z", "quiet until 2026-10-25T00:30Z"],
    ["and goes back into it", into, "2026-10-25T00:30Z", "not quiet, next 2026-10-25T01:00Z"],
    ["to end it again", into, "2026-10-25T01:00Z", "quiet until 2026-10-25T01:30Z"],
    ["leaves a period that began", outOf, "2026-10-25T00:30Z", "quiet until 2026-10-25T01:00Z"],
    ["makes a night longer", across, "2026-10-24T20:00Z", "quiet until 2026-10-25T06:00Z"],
    ["to the end of a period", newYork, "2026-11-01T05:00Z", "not quiet, next 2026-11-02T04:00Z"],
    ["by half an hour: first", lordHowe, "2026-04-04T14:40Z", "quiet until 2026-04-04T14:50Z"],
    ["by half an hour: again", lordHowe, "2026-04-04T14:50Z", "not quiet, next 2026-04-04T15:10Z"],
  ]);
});

describe("do not disturb", () => {
  const nights = rulesOf("UTC", period("22:00", "07:00"));
  const on = (until: string | null): QuietRules => ({
    ...nights,
    doNotDisturb: { isOn: true, until: until === null ? null : Date.parse(until) },
  });
  holds([
    ["is on until it is switched off", on(null), "2026-07-01T12:00Z", "do not disturb until never"],
    [
      "or until its time",
      on("2026-07-01T13:00Z"),
      "2026-07-01T12:00Z",
      "do not disturb until 2026-07-01T13:00Z",
    ],
    [
      "and then is off",
      on("2026-07-01T13:00Z"),
      "2026-07-01T13:00Z",
      "not quiet, next 2026-07-01T22:00Z",
    ],
    [
      "and goes over into quiet hours",
      on("2026-07-01T22:30Z"),
      "2026-07-01T21:59Z",
      "do not disturb until 2026-07-02T07:00Z",
    ],
  ]);
});

describe("a ring", () => {
  const night = Date.parse("2026-07-01T23:00Z");
  const nights = rulesOf("UTC", period("22:00", "07:00"));
  const grant: GrantFact = {
    kind: "always",
    givenAt: night,
    until: null,
    mayBreakThrough: false,
    pausedUntil: null,
  };
  const facts: Facts = { ...friends, calleeActedAt: night };
  const isQuiet = (change: Partial<Facts>, rules = nights, at = night) =>
    ringsQuietly(permitOf(decide(aliceRingsBob, { ...facts, ...change }, at)), rules, at);
  const breaking = { grant: { ...grant, mayBreakThrough: true } };

  test.each([
    ["is quiet in quiet hours", isQuiet({}), true],
    ["is aloud outside of them", isQuiet({}, nights, night - 2 * hourMs), false],
    ["is aloud where nobody asked for quiet", isQuiet({}, rulesOf("UTC")), false],
    [
      "is quiet while do not disturb is on",
      isQuiet({}, { ...rulesOf("UTC"), doNotDisturb: { isOn: true, until: null } }),
      true,
    ],
    ["is quiet by a grant", isQuiet({ grant }), true],
    ["is aloud by a grant that may break through", isQuiet(breaking), false],
    [
      "is aloud by it in do not disturb",
      isQuiet(breaking, { ...nights, doNotDisturb: { isOn: true, until: null } }),
      false,
    ],
    [
      "back is aloud where there is such a grant as well",
      isQuiet({ ...breaking, calleeRangAt: night - hourMs }),
      false,
    ],
    ["back is quiet otherwise", isQuiet({ ...acquaintances, calleeRangAt: night - hourMs }), true],
    [
      "is quiet where the callee was rung too often, at any time",
      isQuiet({ ringsWithoutGrantCount: 6 }, nights, night - 2 * hourMs),
      true,
    ],
  ])("%s", (_what, is, expected) => {
    expect(is).toBe(expected);
  });
});
