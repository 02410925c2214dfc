import type { Measured } from "../results.ts";
import { table } from "../report.ts";
import { loadNames } from "./loads.ts";
import type { PartName, Runs } from "./parts.ts";
import type { Rounds } from "./rounds.ts";
import {
  describeFairness,
  describeLatency,
  describeLoad,
  describeMemory,
  describeSilence,
  describeStreams,
  describeSweep,
  loadColumns,
} from "./tables.ts";

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
function failuresIn({ value, absent }: Measured<Rounds<unknown>>, load = ""): string[] {
  const absences = Object.entries(absent).map(([name, why]) => `Not measured: ${name}. ${why}`);
  const failures = value.flatMap((run) =>
    "failure" in run ? [`Failed: ${load}round ${run.round}, ${run.server}: ${run.failure}`] : [],
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

/** One table of all loads, whichever of them were measured. */
function describeLoads(results: Results): string {
  const measured = loadNames.flatMap((name) => {
    const load = results[name];
    return load === undefined ? [] : [{ name, ...load }];
  });
  if (measured.length === 0) return unmeasured;
  const rows = measured.flatMap(({ name, value }) => describeLoad(name, value));
  const failures = measured.flatMap((load) => failuresIn(load, `${load.name}, `));
  return [table(loadColumns, rows), ...new Set(failures)].join("\n\n");
}
