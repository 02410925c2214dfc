import type { CallSettings } from "@ringfence/protocol";
import type { Permit } from "./permit.ts";
import { isQuietMinute, minutesUntilChange, quietWeekOf } from "./quiet-week.ts";
import { WallClock } from "./wall-clock.ts";

const minuteMs = 60_000;
/** A period of one weekday that a clock jumps over is next met in the week after. */
const lookAheadMs = 15 * 86_400_000;

export type QuietRules = Pick<CallSettings, "quietHours" | "doNotDisturb">;

/** Whether rings make no sound now. Times are Unix milliseconds; null: not by itself. */
export type QuietNow =
  | { isQuiet: false; from: number | null }
  | { isQuiet: true; because: "do-not-disturb" | "quiet-hours"; until: number | null };

/**
 * Whether a ring makes no sound, vibration or notification on the callee's devices. It is asked once,
 * when the ring begins.
 *
 * @param rules the callee's
 * @param now Unix time in milliseconds
 */
export function ringsQuietly(
  { mustBeQuiet, mayBreakThrough }: Permit,
  rules: QuietRules,
  now: number,
): boolean {
  // Both are looked at whatever the other says, and for a person without quiet hours too: how long
  // an invite takes does not tell its caller which it was.
  const isOn = isDoNotDisturbOn(rules, now);
  const isTime = areQuietHours(rules, now);
  return mustBeQuiet || ((isOn || isTime) && !mayBreakThrough);
}

/**
 * Whether it is quiet, and when that changes next, by the person's own clock on the wall: a time
 * that the clock skips in spring is not there that day, and one that it shows twice in autumn is
 * quiet both times.
 *
 * @param now Unix time in milliseconds
 */
export function quietNow(rules: QuietRules, now: number): QuietNow {
  if (isDoNotDisturbOn(rules, now)) {
    const { until } = rules.doNotDisturb;
    const goesOn = until !== null && areQuietHours(rules, until);
    const end = goesOn ? quietHoursChangeAt(rules, until) : until;
    return { isQuiet: true, because: "do-not-disturb", until: end };
  }
  const changesAt = quietHoursChangeAt(rules, now);
  if (!areQuietHours(rules, now)) return { isQuiet: false, from: changesAt };
  return { isQuiet: true, because: "quiet-hours", until: changesAt };
}

function isDoNotDisturbOn({ doNotDisturb: { isOn, until } }: QuietRules, now: number): boolean {
  return isOn && (until === null || now < until);
}

function areQuietHours({ quietHours: { timeZone, periods } }: QuietRules, now: number): boolean {
  const minute = new WallClock(timeZone).minuteOfWeek(now);
  return isQuietMinute(quietWeekOf(periods), minute);
}

function quietHoursChangeAt({ quietHours }: QuietRules, now: number): number | null {
  const week = quietWeekOf(quietHours.periods);
  const clock = new WallClock(quietHours.timeZone);
  const isQuiet = isQuietMinute(week, clock.minuteOfWeek(now));
  const end = now + lookAheadMs;
  // Between two jumps of the clock on the wall its time passes like any other.
  let at = now;
  while (at < end) {
    const wait = minutesUntilChange(week, clock.minuteOfWeek(at));
    if (wait === null) return null;
    const changesAt = (Math.floor(at / minuteMs) + wait) * minuteMs;
    const jumpsAt = clock.nextJump(at, Math.min(changesAt, end));
    if (jumpsAt === null) return changesAt;
    if (isQuietMinute(week, clock.minuteOfWeek(jumpsAt)) !== isQuiet) return jumpsAt;
    at = jumpsAt;
  }
  return null;
}
