import type { Measured } from "../results.ts";
import { type Cell, digits, nothing, table } from "../report.ts";
import { medianOf, spreadOf } from "../statistics.ts";
import { type BackgroundName, backgroundPairs } from "./background.ts";
import type { LatencyFigures } from "./latency.ts";
import { loadNames, loads } from "./loads.ts";
import type { PartName, Runs } from "./parts.ts";
import { figuresOf, ratiosOf, type Rounds } from "./rounds.ts";
import { sweepLines } from "./sweep-plot.ts";
import { serverNames } from "./turn-server.ts";

export type Results = { readonly [Name in PartName]?: Measured<Runs<Name>> };

const unmeasured = "*Not measured yet.*";

/** The generated figures of docs/performance.md that are about the relay, by their names. */
export function describeResults(results: Results): Readonly<Record<string, string>> {
  return {
    "relay-machines": describeMachines(results),
    "relay-loads": describeLoads(results),
    "relay-sweep": described(results.sweep, describeSweep),
    "relay-latency": described(results.latency, describeLatency),
    "relay-fairness": described(results.fairness, describeFairness),
    "relay-streams": described(results.streams, describeStreams),
    "relay-silence": described(results.silence, describeSilence),
    "relay-memory": described(results.memory, describeMemory),
  };
}

function described<Figures>(
  measured: Measured<Rounds<Figures>> | undefined,
  describe: (runs: Rounds<Figures>) => string,
): string {
  if (measured === undefined) return unmeasured;
  const texts = [describe(measured.value), ...failuresIn(measured)];
  return texts.filter((text) => text !== "").join("\n\n");
}

/** What was not measured, and why. A figure that is missing without a word could have been bad. */
function failuresIn({ value, absent }: Measured<Rounds<unknown>>): string[] {
  const absences = Object.entries(absent).map(([name, why]) => `Not measured: ${name}. ${why}`);
  const failures = value.flatMap((run) =>
    "failure" in run ? [`Round ${run.round}, ${run.server}: ${run.failure}`] : [],
  );
  return [...absences, ...failures];
}

function describeMachines(results: Results): string {
  const measured = Object.entries(results);
  if (measured.length === 0) return unmeasured;
  const places = Map.groupBy(measured, ([, { machine, measuredOn, rounds, versions }]) => {
    const { processor, cores, memoryGiB, system, node } = machine;
    const programs = Object.entries<string>({ Node: node, ...versions });
    return [
      measuredOn,
      rounds,
      `${processor}, ${cores} ${cores === 1 ? "core" : "cores"}, ${memoryGiB} GiB`,
      [system, ...programs.map(([name, version]) => `${name} ${version}`)].join(", "),
    ].join(" | ");
  });
  const rows = [...places].map(([place, parts]) => [
    parts.map(([name]) => name).join(", "),
    ...place.split(" | "),
  ]);
  return table(["Parts", "Measured on", "Rounds", "Machine", "Programs"], rows);
}

function describeLoads(results: Results): string {
  const rows = loadNames.flatMap((name): Cell[][] => {
    const runs = results[name]?.value;
    if (runs === undefined) return [];
    const { title, target } = loads[name];
    return serverNames.map((server, index) => {
      const figures = figuresOf(runs, server);
      const ratios = ratiosOf(runs, server, ({ cpuUsPerPacket }) => cpuUsPerPacket);
      return [
        index === 0 ? title : "",
        server,
        server === "coturn" ? 1 : median(ratios, 2),
        server === "coturn" ? nothing : range(ratios, 2),
        server === "coturn" ? nothing : `at most ${target[server]}`,
        ...medians(figures, [
          [({ cpuUsPerPacket }) => cpuUsPerPacket, 2],
          [({ cpuPercent }) => cpuPercent, 0],
          [({ deliveredPerSecond }) => deliveredPerSecond, 0],
          [({ lossPercent }) => lossPercent, 3],
        ]),
      ];
    });
  });
  if (rows.length === 0) return unmeasured;
  const head = ["Load", "Server", "Ratio", "From–to", "Target", "CPU µs", "CPU %"];
  const notes = loadNames.flatMap((name) => {
    const measured = results[name];
    return measured === undefined ? [] : failuresIn(measured);
  });
  return [table([...head, "Packets/s", "Loss %"], rows), ...new Set(notes)].join("\n\n");
}

function describeSweep(runs: Runs<"sweep">): string {
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

function describeLatency(runs: Runs<"latency">): string {
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

function describeFairness(runs: Runs<"fairness">): string {
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

function describeStreams(runs: Runs<"streams">): string {
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

function describeSilence(runs: Runs<"silence">): string {
  const rows = besideRows(runs, (figures) =>
    medians(figures, [
      [({ medianMs }) => medianMs, 1],
      [({ longestMs }) => longestMs, 1],
    ]),
  );
  return table(["Server", "Beside", "Its CPU %", "Median ms", "Longest ms"], rows);
}

function describeMemory(runs: Runs<"memory">): string {
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
      beside === "nothing"
        ? nothing
        : median(
            figures.map((it) => it.serverCpuPercent),
            0,
          ),
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
