import { z } from "zod";
import { limits } from "./limits.ts";

export const Weekday = z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
export type Weekday = z.infer<typeof Weekday>;

const minutesADay = 1_440;

/**
 * A time of day in which rings make no sound. It begins on each of the days; where `to` is not
 * after `from` it ends on the day after.
 */
export const QuietPeriod = z.object({
  days: z.array(Weekday).min(1, "Choose at least one day.").max(Weekday.options.length),
  /** Minutes since midnight on the clock on the wall, 0 to 1,439. */
  from: z
    .number()
    .int()
    .min(0)
    .max(minutesADay - 1),
  to: z
    .number()
    .int()
    .min(0)
    .max(minutesADay - 1),
});
export type QuietPeriod = z.infer<typeof QuietPeriod>;

/** An IANA name, such as "Europe/Berlin": clock changes are the zone's affair. */
const TimeZone = z
  .string()
  .max(limits.timeZoneCharactersMax)
  .refine(isTimeZone, "This is no time zone that this server knows.");

export const QuietHours = z.object({
  timeZone: TimeZone,
  periods: z.array(QuietPeriod).max(limits.quietPeriodsMax),
});
export type QuietHours = z.infer<typeof QuietHours>;

export const DoNotDisturb = z.object({
  isOn: z.boolean(),
  /** Unix time in milliseconds at which it ends by itself; null: when it is switched off. */
  until: z.number().int().nonnegative().nullable(),
});
export type DoNotDisturb = z.infer<typeof DoNotDisturb>;

function isTimeZone(name: string): boolean {
  // An offset such as "+01:00" is none: it would be wrong for half of the year.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
