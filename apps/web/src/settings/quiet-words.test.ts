import { type QuietPeriod, Weekday } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import {
  minutesOf,
  nextMorning,
  periodWords,
  quietMarkWords,
  quietNowWords,
  timeValueOf,
} from "./quiet-words.ts";

const at = (day: number, hour: number, minute = 0) =>
  new Date(2026, 6, day, hour, minute).getTime();
const evening = at(1, 21);

/** "7:00 AM" or "07:00", as this machine writes it. */
const clock = (hour: number, minute = 0) =>
  new Date(2026, 6, 1, hour, minute).toLocaleTimeString([], {
    hour: "numeric",
    minute: "2-digit",
  });

describe("the mark on every page", () => {
  test.each([
    ["says nothing where it is not quiet", { isQuiet: false, from: at(1, 22) }, null],
    [
      "says the time of an end within a day",
      { isQuiet: true, because: "quiet-hours", until: at(2, 7) },
      `Quiet until ${clock(7)}`,
    ],
    [
      "says the day too of one after it",
      { isQuiet: true, because: "quiet-hours", until: at(2, 22) },
      `Quiet until tomorrow, ${clock(22)}`,
    ],
    [
      "says no end where there is none",
      { isQuiet: true, because: "do-not-disturb", until: null },
      "Do not disturb",
    ],
  ] as const)("%s", (_what, quiet, words) => {
    expect(quietMarkWords(quiet, evening)).toBe(words);
  });

  test("is not there before the settings are known", () => {
    expect(quietMarkWords(null, evening)).toBeNull();
  });
});

test.each([
  [{ isQuiet: false, from: null }, "Rings make a sound at all times."],
  [
    { isQuiet: false, from: at(1, 22) },
    `Rings make a sound now. The next quiet hours begin today, ${clock(22)}.`,
  ],
  [
    { isQuiet: true, because: "quiet-hours", until: at(2, 7) },
    `Quiet now, until tomorrow, ${clock(7)}.`,
  ],
  [
    { isQuiet: true, because: "do-not-disturb", until: null },
    "Quiet now, until you turn off do not disturb.",
  ],
  [
    { isQuiet: true, because: "quiet-hours", until: null },
    "Quiet now, and at all times: your quiet hours are all hours of the week.",
  ],
] as const)("what is so now: %o", (quiet, words) => {
  expect(quietNowWords(quiet, evening)).toBe(words);
});

/** 1 June 2026 is a Monday. */
const june = (day: number, weekday: "long" | "short") =>
  new Date(2026, 5, day).toLocaleDateString([], { weekday });

describe("a period", () => {
  const workdays: Weekday[] = ["fri", "mon", "tue", "wed", "thu"];
  test.each<[QuietPeriod, string]>([
    [
      { days: [...Weekday.options], from: 1_320, to: 420 },
      `Every day, ${clock(22)} to ${clock(7)}`,
    ],
    [{ days: workdays, from: 540, to: 1_020 }, `Monday to Friday, ${clock(9)} to ${clock(17)}`],
    [
      { days: ["sun", "sat"], from: 1_380, to: 570 },
      `Saturday and Sunday, ${clock(23)} to ${clock(9, 30)} the day after`,
    ],
    [
      { days: ["wed", "mon"], from: 0, to: 60 },
      `${june(1, "short")}, ${june(3, "short")}, ${clock(0)} to ${clock(1)}`,
    ],
    [{ days: ["fri"], from: 1_200, to: 0 }, `${june(5, "long")}, ${clock(20)} to ${clock(0)}`],
    [{ days: ["fri"], from: 0, to: 0 }, `${june(5, "long")}, all day`],
  ])("%o", (period, words) => {
    expect(periodWords(period)).toBe(words);
  });

  test.each([
    [0, "00:00"],
    [1_320, "22:00"],
    [1_439, "23:59"],
  ])("keeps its minute %i through the field for a time", (minutes, value) => {
    expect(timeValueOf(minutes)).toBe(value);
    expect(minutesOf(value)).toBe(minutes);
  });

  test("has no time where none was typed", () => {
    expect(minutesOf("")).toBeNull();
  });
});

test("an end of today is a time alone", () => {
  const until = at(1, 23);
  const quiet = { isQuiet: true, because: "do-not-disturb", until } as const;
  expect(quietNowWords(quiet, evening)).toBe(`Quiet now, until ${clock(23)}.`);
});

test.each([
  ["in the evening", at(1, 21), at(2, 8)],
  ["in the night", at(2, 1), at(2, 8)],
  ["at eight", at(2, 8), at(3, 8)],
])("the next morning is at eight: %s", (_when, now, morning) => {
  expect(nextMorning(now)).toBe(morning);
});
