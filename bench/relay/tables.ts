import { type Cell, digits, nothing, table } from "../report.ts";
import { medianOf, spreadOf } from "../statistics.ts";
import { type BackgroundName, backgroundPairs } from "./background.ts";
import type { LatencyFigures } from "./latency.ts";
import { type LoadName, loads } from "./loads.ts";
import type { Runs } from "./parts.ts";
import { figuresOf, ratiosOf, type Rounds } from "./rounds.ts";
import { sweepLines } from "./sweep-plot.ts";
import { serverNames } from "./turn-server.ts";

export const loadColumns = [
  ["Load", "Server", "Ratio", "From–to", "Target"],
  ["CPU µs", "CPU %", "Packets/s", "Loss %"],
].flat();

/** The rows of one load; every server has one, so that a missing figure is seen. */
export function describeLoad(name: LoadName, runs: Runs<LoadName>): Cell[][] {
  const { title, target } = loads[name];
  return serverNames.map((server, index) => {
    const ratios = ratiosOf(runs, server, ({ cpuUsPerPacket }) => cpuUsPerPacket);
    const besideCoturn =
      server === "coturn"
        ? [1, nothing, nothing]
        : [median(ratios, 2), range(ratios, 2), `at most ${target[server]}`];
    return [
      index === 0 ? title : "",
      server,
      ...besideCoturn,
      ...medians(figuresOf(runs, server), [
        [({ cpuUsPerPacket }) => cpuUsPerPacket, 2],
        [({ cpuPercent }) => cpuPercent, 0],
        [({ deliveredPerSecond }) => deliveredPerSecond, 0],
        [({ lossPercent }) => lossPercent, 3],
      ]),
    ];
  });
}

export function describeSweep(runs: Runs<"sweep">): string {
  const ends = serverNames.flatMap((server) => {
    const [reason] = figuresOf(runs, server).flatMap(({ endedBy }) => endedBy ?? []);
    return reason === undefined ? [] : [`${server}: ${reason}`];
  });
  const lines = sweepLines(runs).map(({ label, points }) => {
    const [first, last] = [points.at(0), points.at(-1)];
    if (first === undefined || last === undefined) return `${label} has no points`;
    return `${label} ${digits(first.y, 1)} µs at ${digits(first.x)}, ${digits(last.y, 1)} µs at ${digits(last.x)}`;
  });
  const picture = `![CPU for each packet at packets per second: ${lines.join("; ")}](images/relay-cpu.svg)`;
  return ends.length === 0 ? picture : `${picture}\n\nWhere a line ends: ${ends.join("; ")}.`;
}

export function describeLatency(runs: Runs<"latency">): string {
  const rows = serverRows(runs, (figures) => [
    ...medians(figures, [
      [({ packetsPerSecond }) => packetsPerSecond, 0],
      [addedP50, 0],
      [addedP99, 0],
    ]),
    range(figures.map(addedP99), 0),
    ...medians(figures, [
      [({ p50Us }) => p50Us, 0],
      [({ p99Us }) => p99Us, 0],
      [({ lossPercent }) => lossPercent, 3],
    ]),
  ]);
  const head = ["Server", "Packets/s", "Added p50 µs", "Added p99 µs", "p99 from–to"];
  return table([...head, "p50 µs", "p99 µs", "Loss %"], rows);
}

function addedP50({ p50Us, directP50Us }: LatencyFigures): number {
  return p50Us - directP50Us;
}

function addedP99({ p99Us, directP99Us }: LatencyFigures): number {
  return p99Us - directP99Us;
}

const floodWords = { strong: "50,000 packets/s", utmost: "all that one core sends" };

export function describeFairness(runs: Runs<"fairness">): string {
  const rows = groupRows(
    runs,
    ({ flood }) => flood,
    (flood, figures) => {
      const losses = figures.map(({ quietLossPercent }) => quietLossPercent);
      return [
        floodWords[flood],
        median(losses, 2),
        range(losses, 2),
        ...medians(figures, [
          [({ floodDeliveredPerSecond }) => floodDeliveredPerSecond, 0],
          [({ floodLossPercent }) => floodLossPercent, 1],
        ]),
      ];
    },
  );
  const head = ["Server", "Flood", "Loss of the quiet call %", "From–to"];
  return table([...head, "Carried of the flood, packets/s", "Loss of the flood %"], rows);
}

export function describeStreams(runs: Runs<"streams">): string {
  const rows = besideRows(runs, (figures) =>
    medians(figures, [
      [({ tcpToUdp }) => tcpToUdp.p50Us, 0],
      [({ tcpToUdp }) => tcpToUdp.p99Us, 0],
      [({ udpToTcp }) => udpToTcp.p50Us, 0],
      [({ udpToTcp }) => udpToTcp.p99Us, 0],
      [({ tcpToUdp, udpToTcp }) => tcpToUdp.lost + udpToTcp.lost, 0],
    ]),
  );
  const head = ["Server", "Beside", "Its CPU %", "TCP to UDP p50 µs", "p99 µs"];
  return table([...head, "UDP to TCP p50 µs", "p99 µs", "Lost"], rows);
}

export function describeSilence(runs: Runs<"silence">): string {
  const rows = besideRows(runs, (figures) =>
    medians(figures, [
      [({ medianMs }) => medianMs, 1],
      [({ longestMs }) => longestMs, 1],
    ]),
  );
  return table(["Server", "Beside", "Its CPU %", "Median ms", "Longest ms"], rows);
}

export function describeMemory(runs: Runs<"memory">): string {
  const rows = serverNames.flatMap((server): Cell[][] => {
    const [figures] = figuresOf(runs, server);
    if (figures === undefined) return [];
    const { strangers, allocations, requests, requestsLost, requestsAnswered, cycles } = figures;
    const stages = [
      [`${digits(requests)} requests without a credential`, strangers, nothing],
      [`${digits(cycles)} allocations made and freed`, allocations, digits(figures.atRest, 1)],
    ] as const;
    return stages.map(([work, stage, atRest], index) => [
      index === 0 ? server : "",
      work,
      ...[stage.before, stage.afterTenth, stage.highest, stage.atEnd].map((mib) => digits(mib, 1)),
      atRest,
      ...(index === 0 ? [digits(requestsAnswered), digits(requestsLost)] : [nothing, nothing]),
    ]);
  });
  const head = ["Server", "Work", "Before", "After a tenth", "Highest", "At its end", "At rest"];
  return table([...head, "Answered", "Never arrived"], rows);
}

type Figure<Figures> = readonly [figure: (figures: Figures) => number, fraction: number];

function medians<Figures>(
  figures: readonly Figures[],
  columns: readonly Figure<Figures>[],
): string[] {
  return columns.map(([figure, fraction]) => median(figures.map(figure), fraction));
}

function median(values: readonly number[], fraction: number): string {
  return values.length === 0 ? nothing : digits(medianOf(values), fraction);
}

function range(values: readonly number[], fraction: number): string {
  if (values.length === 0) return nothing;
  const { min, max } = spreadOf(values);
  return `${digits(min, fraction)}–${digits(max, fraction)}`;
}

/** A row for each server that was measured. */
function serverRows<Figures>(
  runs: Rounds<Figures>,
  cells: (figures: readonly Figures[]) => Cell[],
): Cell[][] {
  return serverNames.flatMap((server) => {
    const figures = figuresOf(runs, server);
    return figures.length === 0 ? [] : [[server, ...cells(figures)]];
  });
}

interface BesideFigures {
  readonly beside: BackgroundName;
  readonly serverCpuPercent: number;
}

const besideWords = {
  nothing: "nothing",
  calls: `${backgroundPairs} calls`,
  saturated: "as much as it carries",
};

/** A row for each server and for each of what it had to do besides. */
function besideRows<Figures extends BesideFigures>(
  runs: Rounds<readonly Figures[]>,
  cells: (figures: readonly Figures[]) => Cell[],
): Cell[][] {
  return groupRows(
    runs,
    ({ beside }) => beside,
    (beside, figures) => [
      besideWords[beside],
      ...(beside === "nothing"
        ? [nothing]
        : medians(figures, [[({ serverCpuPercent }) => serverCpuPercent, 0]])),
      ...cells(figures),
    ],
  );
}

/** Rows of a server with its name at the first, one for each group of its figures. */
function groupRows<Figures, Group>(
  runs: Rounds<readonly Figures[]>,
  groupOf: (figures: Figures) => Group,
  cells: (group: Group, figures: readonly Figures[]) => Cell[],
): Cell[][] {
  return serverNames.flatMap((server) => {
    const groups = Map.groupBy(figuresOf(runs, server).flat(), groupOf);
    return [...groups].map(([group, figures], index) => [
      index === 0 ? server : "",
      ...cells(group, figures),
    ]);
  });
}
