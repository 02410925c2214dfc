const minuteMs = 60_000;
const dayMs = 86_400_000;
const minutesAWeek = 10_080;
/** Unix time began on a Thursday, three days after a Monday. */
const minutesFromMonday = 3 * 1_440;

/** More than there are zones; each may be written in capitals too. */
const formatsMax = 1_000;
/** To make one takes fifty times as long as to ask it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
    if (formats.size >= formatsMax) formats.clear();
    formats.set(timeZone, format);
  }
  return format;
}

/** The clock on the wall of a time zone. Times are Unix milliseconds. */
export class WallClock {
  readonly #format: Intl.DateTimeFormat;

  /**
   * @param timeZone an IANA name that `QuietHours` let pass
   */
  constructor(timeZone: string) {
    this.#format = formatOf(timeZone);
  }

  /** Minutes since the midnight that began the week's Monday, as the clock shows it. */
  minuteOfWeek(at: number): number {
    const minute = Math.floor(at / minuteMs) + this.#offsetMinutes(at) + minutesFromMonday;
    return ((minute % minutesAWeek) + minutesAWeek) % minutesAWeek;
  }

  /**
   * The first minute after `at`, and not after `before`, at which the clock was put forward or back;
   * null: it is not.
   */
  nextJump(at: number, before: number): number | null {
    // No zone puts its clock forward and back within a day.
    for (let day = at; day < before; day += dayMs) {
      const end = Math.min(day + dayMs, before);
      if (this.#offsetMinutes(end) !== this.#offsetMinutes(day)) return this.#jumpBetween(day, end);
    }
    return null;
  }

  #jumpBetween(at: number, end: number): number {
    const before = this.#offsetMinutes(at);
    let last = Math.floor(at / minuteMs);
    let first = Math.ceil(end / minuteMs);
    while (first - last > 1) {
      const middle = Math.floor((last + first) / 2);
      if (this.#offsetMinutes(middle * minuteMs) === before) last = middle;
      else first = middle;
    }
    return first * minuteMs;
  }

  /** How far the clock is ahead of UTC: "GMT-03:30" is -210. */
  #offsetMinutes(at: number): number {
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(this.#format.format(at)) ?? [];
    const ahead = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
    return sign === "-" ? -ahead : ahead;
  }
}
