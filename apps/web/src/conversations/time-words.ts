export const dayMs = 86_400_000;

/** Whole days between two moments, as this device's calendar counts them. */
function daysBetween(at: number, now: number): number {
  // Rounded, because a day has 23 or 25 hours twice a year.
  return Math.round((midnightBefore(now) - midnightBefore(at)) / dayMs);
}

function midnightBefore(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** "14:05" in the reader's own way. Times are Unix milliseconds throughout. */
export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

/** A date that stands by itself: "3 May 2026". */
export function dateWords(at: number): string {
  return new Date(at).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

/** The heading of a day in a thread: "Today", "Yesterday", "Monday", "3 May 2026". */
export function dayWords(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days > 1 && days < 7) return new Date(at).toLocaleDateString([], { weekday: "long" });
  return dateWords(at);
}

/** When a conversation was last written in, as short as it can be said. */
export function shortWhen(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days <= 0) return timeOfDay(at);
  if (days === 1) return "Yesterday";
  if (days < 7) return new Date(at).toLocaleDateString([], { weekday: "short" });
  return new Date(at).toLocaleDateString([], { day: "numeric", month: "short" });
}

/** A moment to come, as a sentence about it ends: "today, 14:05", "tomorrow, 14:05", "28 Nov, 14:05". */
export function momentWords(at: number, now: number): string {
  const days = daysBetween(now, at);
  const date = { weekday: "short", day: "numeric", month: "short" } as const;
  const day =
    days === 0 ? "today" : days === 1 ? "tomorrow" : new Date(at).toLocaleDateString([], date);
  return `${day}, ${timeOfDay(at)}`;
}
