import { CallEntry, MessageEntry } from "@ringfence/protocol";
import { describe, expect, it } from "vitest";
import { daysOf } from "./runs.ts";

const now = new Date(2026, 4, 14, 18, 0).getTime();
const minuteMs = 60_000;

function message(digit: number, fromMe: boolean, at: number): MessageEntry {
  const id = `01jd7qkz5v000000000000000${digit}`;
  return MessageEntry.parse({ type: "message", id, fromMe, text: "hello", at });
}

const call = CallEntry.parse({
  type: "call",
  route: "relayed",
  id: "01jd7qkz5v0000000000000009",
  fromMe: false,
  kind: "audio",
  outcome: "missed",
  at: now,
  durationMs: 0,
});

describe("a thread in days and runs", () => {
  it("begins a run with the other side, a pause and a call", () => {
    const [day] = daysOf(
      [
        message(1, true, now - 30 * minuteMs),
        message(2, true, now - 29 * minuteMs),
        message(3, false, now - 28 * minuteMs),
        message(4, false, now - 20 * minuteMs),
        call,
        message(5, false, now),
      ],
      now,
    );
    expect(day?.runs.map((run) => (run.type === "call" ? "call" : run.messages.length))).toEqual([
      2,
      1,
      1,
      "call",
      1,
    ]);
  });

  it("begins a day at midnight, within a run too", () => {
    const midnight = new Date(2026, 4, 14).getTime();
    const days = daysOf([message(1, true, midnight - 1), message(2, true, midnight + 1)], now);
    expect(days.map((day) => day.label)).toEqual(["Yesterday", "Today"]);
  });

  it("counts a message that is on its way as one's own", () => {
    const pending = {
      type: "pending" as const,
      clientMessageId: "8c5bb7d4-60a0-4d1c-9b62-1f8a36f1f6f1",
      text: "hi",
      at: now,
      failure: null,
    };
    const [day] = daysOf([message(1, true, now - minuteMs), pending], now);
    expect(day?.runs).toHaveLength(1);
  });
});
