import { expect, it } from "vitest";
import { describeSignalling, ratiosTo } from "./document.ts";
import type { Figures, Run } from "./measure.ts";

function figures(cost: number): Figures {
  return {
    saturated: { cpuSecondsPer1000Calls: cost, callsPerSecond: 1_000, cpuPercent: 99, besides: {} },
    paced: { ringP50Ms: 1, ringP99Ms: 2, callsPerSecond: 200, cpuPercent: 20 },
    idle: null,
  };
}

const runs: readonly Run[] = [
  { server: "ringfence", round: 1, figures: figures(1) },
  { server: "kamailio", round: 1, figures: figures(0.5) },
  { server: "kamailio", round: 2, figures: figures(0.4) },
  { server: "ringfence", round: 2, failure: "It was not ready in time." },
  { server: "ringfence", round: 3, figures: figures(3) },
  { server: "kamailio", round: 3, figures: figures(1) },
];

it("a ratio is of one round, and a round without both has none", () => {
  expect(ratiosTo(runs, "kamailio", (of) => of.saturated.cpuSecondsPer1000Calls)).toEqual([2, 3]);
});

it("a run that failed is told of", () => {
  const machine = { processor: "P", cores: 2, memoryGiB: 4, system: "Linux 6", node: "24" };
  const told = describeSignalling({
    measuredOn: "2026-11-22",
    rounds: 3,
    machine,
    versions: {},
    absent: { prosody: "It is not installed." },
    value: runs,
  });
  expect(told["signalling-calls"]).toContain(
    "Failed: round 2, Ringfence: It was not ready in time.",
  );
  expect(told["signalling-calls"]).toContain("Not measured: prosody. It is not installed.");
});

it("what was never measured says so", () => {
  expect(describeSignalling(undefined)["signalling-idle"]).toBe("*Not measured yet.*");
});
