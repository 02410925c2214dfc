import { type Cell, digits, nothing, table } from "../report.ts";
import type { Measured } from "../results.ts";
import { quantile } from "../statistics.ts";
import { type Fault, type FaultName, faultNames, faults } from "./faults.ts";
import type { Figures, Round } from "./couple.ts";

export type Run = Round & ({ readonly figures: Figures } | { readonly failure: string });

export type Results = { readonly [Name in FaultName]?: Measured<readonly Run[]> };

const columns = [
  ["Fault", "Rounds", "Near median", "Near p95", "Far median", "Far p95"],
  ["Target p95", "Reached"],
].flat();

/** The generated figures of docs/performance.md that are about faults. Milliseconds. */
export function describeFaults(results: Results): string {
  const names = faultNames.filter((name) => results[name] !== undefined);
  if (names.length === 0) return "*Not measured yet.*";
  const rows = names.map((name) => describeFault(faults[name], results[name]?.value ?? []));
  const failures = names.flatMap((name) => failuresOf(name, results[name]?.value ?? []));
  return [table(columns, rows), ...misses(results), ...failures, machinesOf(results)].join("\n\n");
}

function describeFault(fault: Fault, runs: readonly Run[]): Cell[] {
  const { near, far } = sidesOf(runs);
  return [
    fault.title,
    near.length,
    ...[near, far].flatMap((times) =>
      times.length === 0 ? [nothing, nothing] : [at(times, 0.5), at(times, 0.95)].map(inWords),
    ),
    digits(fault.targetMs),
    isReached(fault, runs) ? "yes" : "**no**",
  ];
}

/** In a sentence for each target that is missed. */
function misses(results: Results): string[] {
  return faultNames.flatMap((name) => {
    const { [name]: measured } = results;
    const fault: Fault = faults[name];
    if (measured === undefined || isReached(fault, measured.value)) return [];
    const { near, far } = sidesOf(measured.value);
    // That there was no round is said round by round.
    if (near.length === 0) return [];
    const worst = Math.max(...[near, far].map((times) => at(times, 0.95)));
    const reached = worst === Infinity ? "not always back" : `${digits(worst)} at p95`;
    return [`Missed: *${fault.title}*: ${reached}, the target is ${digits(fault.targetMs)}.`];
  });
}

function failuresOf(name: FaultName, runs: readonly Run[]): string[] {
  return runs.flatMap((run) =>
    "failure" in run ? [`Not measured: ${name}, round ${run.round}. ${run.failure}`] : [],
  );
}

function isReached({ targetMs }: Fault, runs: readonly Run[]): boolean {
  const { near, far } = sidesOf(runs);
  return [near, far].every((times) => times.length > 0 && at(times, 0.95) <= targetMs);
}

/** In ascending order; what never came back is infinite. */
function sidesOf(runs: readonly Run[]): Record<keyof Figures, number[]> {
  const figures = runs.flatMap((run) => ("figures" in run ? [run.figures] : []));
  const side = (name: keyof Figures) =>
    figures.map((it) => it[name] ?? Infinity).toSorted((a, b) => a - b);
  return { near: side("near"), far: side("far") };
}

/** Between a time and none there is none. */
function at(times: readonly number[], share: number): number {
  const value = quantile(times, share);
  return Number.isNaN(value) ? Infinity : value;
}

function inWords(ms: number): string {
  return ms === Infinity ? "never" : digits(ms);
}

function machinesOf(results: Results): string {
  const places = Object.values(results).map(({ machine, measuredOn }) => {
    const { processor, cores, memoryGiB, system, node } = machine;
    return `Measured on ${measuredOn}: ${processor}, ${cores} ${cores === 1 ? "core" : "cores"}, ${memoryGiB} GiB, ${system}, Node ${node}`;
  });
  const programs = Object.values(results).map(({ versions }) => Object.values(versions).join(", "));
  return [...new Set(places.map((place, index) => `${place}, ${programs[index]}.`))].join("\n");
}
