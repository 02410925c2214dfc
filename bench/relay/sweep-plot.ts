import { drawLinePlot, type Line } from "../line-plot.ts";
import { medianOf } from "../statistics.ts";
import type { Runs } from "./parts.ts";
import { figuresOf } from "./rounds.ts";
import { sweepBytes, sweepPairs } from "./sweep.ts";
import { serverNames } from "./turn-server.ts";

export function drawSweep(runs: Runs<"sweep">): string {
  return drawLinePlot({
    title: "What a packet costs the server",
    xTitle: `packets per second, of ${sweepPairs} calls with ${sweepBytes} bytes a packet`,
    yTitle: "CPU, µs per packet",
    lines: sweepLines(runs),
  });
}

/** Medians over the rounds; a point that more than half of the rounds did not reach is left out. */
export function sweepLines(runs: Runs<"sweep">): Line[] {
  return serverNames.map((label) => {
    const rounds = figuresOf(runs, label).map(({ points }) => points);
    const byRate = Map.groupBy(rounds.flat(), ({ offeredPerSecond }) => offeredPerSecond);
    const reached = [...byRate.values()].filter((points) => points.length * 2 >= rounds.length);
    return {
      label,
      points: reached.map((points) => ({
        x: medianOf(points.map(({ deliveredPerSecond }) => deliveredPerSecond)),
        y: medianOf(points.map(({ cpuUsPerPacket }) => cpuUsPerPacket)),
      })),
    };
  });
}
