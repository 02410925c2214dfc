import { type QuietPeriod, Weekday } from "@ringfence/protocol";
import type { QuietNow } from "@ringfence/client";
import { momentWords, timeOfDay } from "../conversations/time-words.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A Monday, by UTC. */
const someMonday = Date.UTC(2024, 0, 1);

/** "Quiet until 07:00": the mark that stands on every page. Times are this device's. */
export function quietMarkWords(quiet: QuietNow | null, now: number): string | null {
  if (quiet?.isQuiet !== true) return null;
  if (quiet.until === null)
    return quiet.because === "quiet-hours" ? "Always quiet" : "Do not disturb";
  return `Quiet until ${quiet.until < now + dayMs ? timeOfDay(quiet.until) : momentWords(quiet.until, now)}`;
}

/** What is so now, and until when, in a sentence or two. */
export function quietNowWords(quiet: QuietNow, now: number): string {
  if (!quiet.isQuiet) {
    if (quiet.from === null) return "Rings make a sound at all times.";
    return `Rings make a sound now. The next quiet hours begin ${momentWords(quiet.from, now)}.`;
  }
  if (quiet.until !== null) return `Quiet now, until ${endWords(quiet.until, now)}.`;
  return quiet.because === "quiet-hours"
    ? "Quiet now, and at all times: your quiet hours are all hours of the week."
    : "Quiet now, until you turn off do not disturb.";
}

/** When something ends, as short as it can be said: "14:05" of today. */
export function endWords(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? timeOfDay(at) : momentWords(at, now);
}

/** "Every day, 22:00 to 07:00", "Saturday, 23:00 to 09:00 the day after" */
export function periodWords(period: QuietPeriod): string {
  return `${daysWords(period)}, ${timesWords(period)}`;
}

export function daysWords({ days }: QuietPeriod): string {
  const chosen = Weekday.options.filter((day) => days.includes(day));
  const all = chosen.join(" ");
  if (chosen.length === Weekday.options.length) return "Every day";
  if (all === "mon tue wed thu fri") return "Monday to Friday";
  if (all === "sat sun") return "Saturday and Sunday";
  return chosen.map((day) => weekdayName(day, chosen.length === 1 ? "long" : "short")).join(", ");
}

export function timesWords({ days, from, to }: QuietPeriod): string {
  if (from === 0 && to === 0) return "all day";
  const goesOver = to <= from && to > 0 && days.length < Weekday.options.length;
  return `${wallTime(from)} to ${wallTime(to)}${goesOver ? " the day after" : ""}`;
}

/** As the reader's language names it. */
export function weekdayName(day: Weekday, weekday: "long" | "short"): string {
  const date = new Date(someMonday + Weekday.options.indexOf(day) * dayMs);
  return date.toLocaleDateString([], { weekday, timeZone: "UTC" });
}

/** A time of day on no day of its own. */
function wallTime(minutes: number): string {
  const date = new Date(someMonday + minutes * minuteMs);
  return date.toLocaleTimeString([], { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
}

/** As `<input type="time">` writes it: "22:00" is 1,320. */
export function timeValueOf(minutes: number): string {
  return new Date(minutes * minuteMs).toISOString().slice(11, 16);
}

/** @returns null where nothing, or only half a time, was typed */
export function minutesOf(timeValue: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(timeValue) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  return Number(hours) * 60 + Number(minutes);
}

/** The next eight in the morning on this device's clock: of today, in the night, else of tomorrow. */
export function nextMorning(now: number): number {
  const morning = new Date(now);
  morning.setHours(8, 0, 0, 0);
  if (morning.getTime() <= now) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}
