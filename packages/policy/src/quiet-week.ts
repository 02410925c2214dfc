import { type QuietPeriod, Weekday } from "@ringfence/protocol";

const minutesADay = 1_440;
const minutesAWeek = 7 * minutesADay;

/** From `from` until before `to`, in minutes since the midnight that begins Monday. */
interface Span {
  from: number;
  to: number;
}

/** When it is quiet in a week of a clock on the wall: apart from each other, in order, within it. */
export type QuietWeek = readonly Span[];

/** Lays the periods into one week. They may overlap, touch and go over the end of the week. */
export function quietWeekOf(periods: readonly QuietPeriod[]): QuietWeek {
  const spans = periods.flatMap(spansOf).toSorted((one, other) => one.from - other.from);
  const week: Span[] = [];
  for (const span of spans) {
    const last = week.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else week.push({ ...span });
  }
  return week;
}

export function isQuietMinute(week: QuietWeek, minute: number): boolean {
  return week.some(({ from, to }) => from <= minute && minute < to);
}

/** Minutes until the week is quiet where it was not, or the other way; null: it never is. */
export function minutesUntilChange(week: QuietWeek, minute: number): number | null {
  const isQuiet = isQuietMinute(week, minute);
  // The end of the week is no change where the next one begins as this one ends.
  const edges = week
    .flatMap(({ from, to }) => [from, to % minutesAWeek])
    .filter((edge) => isQuietMinute(week, edge) !== isQuiet);
  if (edges.length === 0) return null;
  return Math.min(...edges.map((edge) => (edge - minute + minutesAWeek) % minutesAWeek));
}

function spansOf({ days, from, to }: QuietPeriod): Span[] {
  const length = to > from ? to - from : to - from + minutesADay;
  return days.flatMap((day) => {
    const begins = Weekday.options.indexOf(day) * minutesADay + from;
    const ends = begins + length;
    if (ends <= minutesAWeek) return [{ from: begins, to: ends }];
    return [
      { from: begins, to: minutesAWeek },
      { from: 0, to: ends - minutesAWeek },
    ];
  });
}
