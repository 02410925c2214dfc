import { describe, expect, it } from "vitest";
import type { Measured } from "../results.ts";
import { type Run, describeFaults } from "./document.ts";
import type { FaultName } from "./faults.ts";

function measured(fault: FaultName, times: readonly (number | null | string)[]) {
  const value = times.map((time, index): Run => {
    const round = { fault, round: index + 1, nearSide: "caller" } as const;
    return typeof time === "string"
      ? { ...round, failure: time }
      : { ...round, figures: { near: time, far: 100 } };
  });
  return {
    measuredOn: "2026-11-21",
    rounds: times.length,
    machine: { processor: "abacus", cores: 2, memoryGiB: 4, system: "Linux 6", node: "24" },
    versions: { chromium: "Chromium 156" },
    absent: {},
    value,
  } satisfies Measured<readonly Run[]>;
}

/** The cells of the only row of figures. */
function rowOf(text: string): string[] {
  const row = text.split("\n")[2] ?? "";
  return row.split("|").map((cell) => cell.trim());
}

describe("the table of faults", () => {
  it("says that there is nothing while there is nothing", () => {
    expect(describeFaults({})).toBe("*Not measured yet.*");
  });

  it("has medians and p95 of both sides, and the machine", () => {
    const text = describeFaults({ address: measured("address", [1_000, 2_000, 3_000]) });
    const [, , rounds, near, nearP95, far, farP95, target, reached] = rowOf(text);
    expect([rounds, near, nearP95, far, farP95]).toEqual(["3", "2,000", "2,900", "100", "100"]);
    expect([target, reached]).toEqual(["3,500", "yes"]);
    expect(text).toContain("abacus, 2 cores");
    expect(text).toContain("Chromium 156");
    expect(text).not.toContain("Missed");
  });

  it("says plainly that a target is missed", () => {
    const text = describeFaults({ relay: measured("relay", [1_000, 2_000, 9_000]) });
    expect(rowOf(text)[8]).toBe("**no**");
    expect(text).toContain("Missed: *The relay is killed*: 8,300 at p95, the target is 3,500.");
  });

  it("counts sound that never came back as the worst", () => {
    const text = describeFaults({ relay: measured("relay", [1_000, 2_000, null]) });
    expect(rowOf(text).slice(3, 5)).toEqual(["2,000", "never"]);
    expect(text).toContain("*The relay is killed*: not always back, the target is 3,500.");
  });

  it("says which rounds were not measured, and does not call that reached", () => {
    const text = describeFaults({ relay: measured("relay", ["nobody picked up"]) });
    expect(text).toContain("Not measured: relay, round 1. nobody picked up");
    expect(rowOf(text).slice(3, 7)).toEqual(["–", "–", "–", "–"]);
    expect(rowOf(text)[8]).toBe("**no**");
  });
});
