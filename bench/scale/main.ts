/**
 * Measures how CPU grows with calls and memory with connected people, to the limit of this machine, and
 * writes what follows from it for more accounts. How to read it is in docs/scaling.md.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hasNats } from "../../tests/services/nats.ts";
import { hasPostgres } from "../../tests/services/postgres.ts";
import { chooseCores, describeMachine, pinThisProcess } from "../machine.ts";
import { replaceFigures } from "../report.ts";
import { readResults, writeResults } from "../results.ts";
import type { Bench } from "../signalling/bench.ts";
import { fullScale, quickScale } from "../signalling/scale.ts";
import { describeScale, drawPlots } from "./document.ts";
import { type LayoutName, layoutNames } from "./layout.ts";
import { type ScaleOfRun, measureCalls, measurePeople } from "./measure.ts";
import type { Results } from "./results.ts";
import { simulate } from "./simulated.ts";

const usage = `Usage: npm run bench:scale -- [--simulate | --describe | --quick]

Measures calls per second and connected people against CPU and memory, on one box with its file and on
PostgreSQL and NATS with one node and with two, and writes bench/results/scale.json and docs/scaling.md: about
five minutes of a quiet Linux machine with two cores.

  --simulate   ringfence simulate instead, against a server of its own, beside what the fits say
  --describe   writes docs/scaling.md anew, from what was measured: after a change of assumptions
  --quick      in small, to see that it works; prints, and writes nothing`;

const wrongUsageExitCode = 2;
const root = join(import.meta.dirname, "../..");
const full = {
  pairs: 1_500,
  rates: [10, 25, 50, 75, 100, 150, 200, 300, 450],
  people: [0, 1_000, 5_000, 10_000],
};
const quick = { pairs: 20, rates: [10, 20], people: [0, 20, 50] };

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code */
async function main(parameters: string[]): Promise<number> {
  const flag = { type: "boolean", default: false } as const;
  let asked: { simulate: boolean; describe: boolean; quick: boolean };
  try {
    const options = { simulate: flag, describe: flag, quick: flag };
    asked = parseArgs({ args: parameters, options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return wrongUsageExitCode;
  }
  const results: Results = asked.quick ? {} : readResults<Results>("scale");
  if (!asked.describe) await measure(results, asked);
  for (const [name, text] of Object.entries(describeScale(results))) {
    console.log(`\n${name}\n${text}`);
  }
  if (!asked.quick) save(results);
  return 0;
}

async function measure(
  results: Results,
  { quick: isQuick, simulate: isSimulated }: { quick: boolean; simulate: boolean },
): Promise<void> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  const machine = describeMachine();
  const cores = chooseCores();
  if (cores !== undefined) pinThisProcess(cores.generator);
  const directory = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  const scale = isQuick
    ? quickScale
    : { ...fullScale, warmUpSeconds: 2, saturatedSeconds: 4, pacedSeconds: 4 };
  const bench: Bench = { scale, cores, directory, signal: stop.signal };
  const circumstances = {
    measuredOn: new Date().toISOString().slice(0, 10),
    rounds: 1,
    machine,
    versions: {},
    absent: {},
  };
  try {
    if (isSimulated) {
      results.simulated = { ...circumstances, value: await simulate(bench) };
      return;
    }
    const run: ScaleOfRun = isQuick ? { ...quick, watchMs: 200 } : { ...full, watchMs: 5_000 };
    const layouts: readonly LayoutName[] = hasPostgres() && hasNats() ? layoutNames : ["file"];
    const calls = [];
    for (const layout of layouts) calls.push(await measureCalls(bench, layout, run));
    const people = [];
    for (const layout of layouts.filter((name) => name !== "two-nodes")) {
      people.push(await measurePeople(bench, layout, run));
    }
    results.measured = { ...circumstances, value: { calls, people } };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function save(results: Results): void {
  writeResults("scale", results);
  for (const [name, svg] of Object.entries(drawPlots(results))) {
    writeFileSync(join(root, "docs/images", name), svg);
  }
  const path = join(root, "docs/scaling.md");
  const document = readFileSync(path, "utf8");
  const figures = Object.entries(describeScale(results));
  writeFileSync(
    path,
    figures.reduce((text, [name, described]) => replaceFigures(text, name, described), document),
  );
}
