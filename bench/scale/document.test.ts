import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fitCalls } from "./costs.ts";
import { describeScale, drawPlots } from "./document.ts";
import type { CallsFigures, CallsPoint } from "./measure.ts";
import type { Results } from "./results.ts";

const machine = { processor: "P", cores: 2, memoryGiB: 4, system: "Linux 6", node: "24" };
const size = { bytes: 2_000, rows: 10 };
const sizes = { account: size, friendship: size, message: size, call: size };

function point(offeredPerSecond: number, callsPerSecond: number, nodes: number): CallsPoint {
  const perCall = { transactions: 9, logBytes: 70_000, messagesIn: 12, messagesOut: 8 };
  const cpuPercent = { nodes, relays: 1, PostgreSQL: nodes / 2, NATS: 1 };
  return { offeredPerSecond, callsPerSecond, ringP50Ms: 1, ringP99Ms: 2, cpuPercent, perCall };
}

const oneNode: CallsFigures = {
  layout: "one-node",
  points: [point(10, 10, 5), point(20, 20, 10), point(400, 30, 99)],
  saturatedCallsPerSecond: 31,
  sizes,
};
const results: Results = {
  measured: {
    measuredOn: "2026-11-22",
    rounds: 1,
    machine,
    versions: {},
    absent: {},
    value: {
      loadBefore: 0.1,
      calls: [{ ...oneNode, layout: "file" }, oneNode],
      people: (["file", "one-node"] as const).map((layout) => ({
        layout,
        points: [0, 1_000].map((people) => ({
          people,
          memoryMiB: 80 + people / 100,
          cpuPercent: 1,
        })),
      })),
    },
  },
};

it("a rate that was not kept up is no part of the fit", () => {
  expect(fitCalls(oneNode, "nodes")?.perX).toBeCloseTo(0.5);
});

it("every figure that is made has a place in the document, and every place a figure", () => {
  const document = readFileSync(join(import.meta.dirname, "../../docs/scaling.md"), "utf8");
  const places = [...document.matchAll(/^<!-- figures: (.*) -->$/gm)].map(([, name]) => name);
  expect(new Set(Object.keys(describeScale(results)))).toEqual(new Set(places));
  expect(new Set(Object.keys(describeScale({})))).toEqual(new Set(places));
});

it("plots are those that the document shows", () => {
  const text = Object.values(describeScale(results)).join("\n");
  for (const name of Object.keys(drawPlots(results))) expect(text).toContain(`(images/${name})`);
});

it("what was never measured says so, and what is assumed stands there all the same", () => {
  const told = describeScale({});
  expect(told["scale-calls"]).toBe("*Not measured yet.*");
  expect(told["scale-assumptions"]).toContain("calls that an account begins a day");
});
