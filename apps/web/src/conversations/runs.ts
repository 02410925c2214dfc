import type { PendingMessage } from "@ringfence/client";
import type { CallEntry, Entry, MessageEntry } from "@ringfence/protocol";
import { dayWords } from "./time-words.ts";

/** Messages of one person that follow each other within this time read as one. */
const runGapMs = 5 * 60_000;

export type ThreadEntry = Entry | PendingMessage;

/** Messages of one side in a row, or one call. */
export type Run =
  | { type: "messages"; key: string; fromMe: boolean; messages: (MessageEntry | PendingMessage)[] }
  | { type: "call"; key: string; call: CallEntry };

export interface Day {
  key: string;
  label: string;
  runs: Run[];
}

/** Puts a thread, oldest first, into days and runs. `now` is Unix time in milliseconds. */
export function daysOf(entries: readonly ThreadEntry[], now: number): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const label = dayWords(entry.at, now);
    let day = days.at(-1);
    if (day?.label !== label) {
      day = { key: keyOf(entry), label, runs: [] };
      days.push(day);
    }
    addTo(day.runs, entry);
  }
  return days;
}

/** A key that survives the confirmation of a message that this device sent. */
export function keyOf(entry: ThreadEntry): string {
  if (entry.type === "pending") return entry.clientMessageId;
  return entry.type === "message" ? (entry.clientMessageId ?? entry.id) : entry.id;
}

function addTo(runs: Run[], entry: ThreadEntry): void {
  if (entry.type === "call") {
    runs.push({ type: "call", key: entry.id, call: entry });
    return;
  }
  const fromMe = entry.type === "pending" || entry.fromMe;
  const last = runs.at(-1);
  if (last?.type === "messages" && last.fromMe === fromMe) {
    const before = last.messages.at(-1);
    if (before !== undefined && entry.at - before.at < runGapMs) {
      last.messages.push(entry);
      return;
    }
  }
  runs.push({ type: "messages", key: keyOf(entry), fromMe, messages: [entry] });
}
