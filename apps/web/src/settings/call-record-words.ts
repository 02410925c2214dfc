import type { Retention } from "@ringfence/protocol";

const usual = [0, 1, 7, 30, 90, 365];

/** As many days as the server allows, with the one that holds now among them. */
export function daysToChoose({ callRecordDays, callRecordDaysMax }: Retention): number[] {
  const fewer = usual.filter((days) => days < callRecordDaysMax);
  return [...new Set([...fewer, callRecordDays, callRecordDaysMax])].toSorted((a, b) => a - b);
}

/** A length of days as people say it: "no time" for none. */
export function daysInWords(days: number): string {
  if (days === 0) return "no time";
  return days === 1 ? "1 day" : `${days} days`;
}
