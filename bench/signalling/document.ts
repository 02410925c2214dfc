import { type Cell, digits, nothing, table } from "../report.ts";
import type { Measured } from "../results.ts";
import { medianOf, spreadOf } from "../statistics.ts";
import { type ContenderName, contenderNames } from "./contender.ts";
import type { Figures, Run } from "./measure.ts";

const unmeasured = "*Not measured yet.*";
const words: Readonly<Record<ContenderName, string>> = {
  ringfence: "Ringfence",
  kamailio: "Kamailio",
  prosody: "Prosody",
  peerserver: "PeerServer",
};

/** The generated figures of docs/performance.md that are about signalling, by their names. */
export function describeSignalling(
  measured: Measured<readonly Run[]> | undefined,
): Record<string, string> {
  if (measured === undefined) {
    return {
      "signalling-calls": unmeasured,
      "signalling-rings": unmeasured,
      "signalling-idle": unmeasured,
    };
  }
  const { value } = measured;
  return {
    "signalling-calls": [describeCalls(value), ...failuresIn(measured), placeOf(measured)].join(
      "\n\n",
    ),
    "signalling-rings": describeRings(value),
    "signalling-idle": describeIdle(value),
  };
}

function describeCalls(runs: readonly Run[]): string {
  const head = ["Server", "CPU s for 1,000 calls", "From–to", "Ours as a part of it", "From–to"];
  const rows = rowsOf(runs, (server, figures) => {
    const ratios = ratiosTo(runs, server, cost);
    return [
      ...both(figures.map(cost), 3),
      ...(server === "ringfence" ? [nothing, nothing] : both(ratios, 2)),
      median(
        figures.map(({ saturated }) => saturated.callsPerSecond),
        0,
      ),
      median(
        figures.map(({ saturated }) => saturated.cpuPercent),
        0,
      ),
    ];
  });
  const ours = figuresOf(runs, "ringfence").flatMap(
    ({ saturated }) => saturated.besides["relay"] ?? [],
  );
  const besides =
    ours.length === 0
      ? []
      : [
          `Beside its application, Ringfence's relay took ${median(ours, 3)} CPU seconds for 1,000 calls: it is told of each, and is on the same core.`,
        ];
  return [table([...head, "Calls/s", "CPU %"], rows), ...besides].join("\n\n");
}

function cost({ saturated }: Figures): number {
  return saturated.cpuSecondsPer1000Calls;
}

function describeRings(runs: readonly Run[]): string {
  const rows = rowsOf(runs, (_, figures) => [
    ...both(
      figures.map(({ paced }) => paced.ringP50Ms),
      2,
    ),
    ...both(
      figures.map(({ paced }) => paced.ringP99Ms),
      2,
    ),
    median(
      figures.map(({ paced }) => paced.callsPerSecond),
      0,
    ),
    median(
      figures.map(({ paced }) => paced.cpuPercent),
      0,
    ),
  ]);
  const head = ["Server", "Ring p50 ms", "From–to", "Ring p99 ms", "From–to", "Calls/s", "CPU %"];
  return table(head, rows);
}

function describeIdle(runs: readonly Run[]): string {
  const rows = rowsOf(runs, (_, figures) => {
    const [idle] = figures.flatMap((one) => one.idle ?? []);
    if (idle === undefined) return [nothing, nothing, nothing];
    return [digits(idle.connections), digits(idle.kilobytesEach, 1), digits(idle.beforeMiB, 1)];
  });
  return table(["Server", "Connections", "kB each", "Before them, MiB"], rows);
}

function rowsOf(
  runs: readonly Run[],
  cells: (server: ContenderName, figures: readonly Figures[]) => Cell[],
): Cell[][] {
  return contenderNames.flatMap((server) => {
    const figures = figuresOf(runs, server);
    return figures.length === 0 ? [] : [[words[server], ...cells(server, figures)]];
  });
}

function figuresOf(runs: readonly Run[], server: ContenderName): Figures[] {
  return runs.flatMap((run) => (run.server === server && "figures" in run ? [run.figures] : []));
}

/** Ours as a part of a server's in the same round, for every round that has both. */
export function ratiosTo(
  runs: readonly Run[],
  server: ContenderName,
  figure: (figures: Figures) => number,
): number[] {
  const measured = runs.flatMap((run) => ("figures" in run ? [run] : []));
  return measured
    .filter((run) => run.server === server)
    .flatMap(({ round, figures }) => {
      const ours = measured.find((run) => run.server === "ringfence" && run.round === round);
      return ours === undefined ? [] : [figure(ours.figures) / figure(figures)];
    });
}

function both(values: readonly number[], fraction: number): [string, string] {
  if (values.length === 0) return [nothing, nothing];
  const { min, max } = spreadOf(values);
  return [median(values, fraction), `${digits(min, fraction)}–${digits(max, fraction)}`];
}

function median(values: readonly number[], fraction: number): string {
  return values.length === 0 ? nothing : digits(medianOf(values), fraction);
}

/** What was not measured, and why. A figure that is missing without a word could have been bad. */
function failuresIn({ value, absent }: Measured<readonly Run[]>): string[] {
  const absences = Object.entries(absent).map(([name, why]) => `Not measured: ${name}. ${why}`);
  const failures = value.flatMap((run) =>
    "failure" in run ? [`Failed: round ${run.round}, ${words[run.server]}: ${run.failure}`] : [],
  );
  return [...absences, ...failures];
}

function placeOf({ machine, measuredOn, rounds, versions }: Measured<readonly Run[]>): string {
  const { processor, cores, memoryGiB, system, node } = machine;
  const programs = Object.entries({ Node: node, ...versions });
  const named = programs.map(([name, version]) => `${name} ${version}`).join(", ");
  return `Measured on ${measuredOn} in ${rounds} rounds: ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, ${named}.`;
}
