import { CallEntry } from "@ringfence/protocol";
import { describe, expect, it } from "vitest";
import { callLineWords } from "./call-line-words.ts";

function callEntry(change: Partial<CallEntry>): CallEntry {
  return {
    ...CallEntry.parse({
      type: "call",
      id: "01jd7qkz5v0000000000000000",
      fromMe: true,
      kind: "audio",
      outcome: "answered",
      at: 0,
      durationMs: 0,
      route: "relayed",
    }),
    ...change,
  };
}

describe("the line of a call in its thread", () => {
  it("tells kind, length and route of an answered call", () => {
    expect(callLineWords(callEntry({ durationMs: 12 * 60_000 }), "bob")).toBe(
      "Audio call · 12 min · addresses hidden",
    );
  });

  it("says that a call was direct once it was accepted, whatever became of it", () => {
    const direct = { route: "direct", durationMs: 60_000 } as const;
    expect(callLineWords(callEntry(direct), "bob")).toBe("Audio call · 1 min · direct");
    expect(callLineWords(callEntry({ ...direct, outcome: "failed" }), "bob")).toBe(
      "Audio call · could not connect · direct",
    );
    for (const outcome of ["missed", "no-answer", "declined", "cancelled"] as const) {
      expect(callLineWords(callEntry({ ...direct, outcome }), "bob")).not.toContain("direct");
    }
  });

  it("names who could not talk", () => {
    const declined = { outcome: "declined", kind: "video" } as const;
    expect(callLineWords(callEntry(declined), "bob")).toBe("Video call · @bob couldn't talk");
    expect(callLineWords(callEntry({ ...declined, fromMe: false }), "bob")).toBe(
      "Video call · you declined",
    );
  });

  it("claims nothing of addresses where no media flowed", () => {
    for (const outcome of ["missed", "no-answer", "declined", "cancelled", "failed"] as const) {
      expect(callLineWords(callEntry({ outcome }), "bob")).not.toContain("hidden");
    }
  });
});
