/**
 * Measures for how long two people do not hear each other when something breaks, and writes down what
 * came out. What is measured and how to read it is in docs/performance.md.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath } from "../../tests/browser/chromium.ts";
import { whyNoLaboratory } from "../../tests/network/why-no-two-homes.ts";
import { describeMachine } from "../machine.ts";
import { replaceFigures } from "../report.ts";
import { type Measured, readResults, writeResults } from "../results.ts";
import { type Results, type Run, describeFaults } from "./document.ts";
import { type Options, readOptions, usage } from "./options.ts";
import type { Round } from "./couple.ts";
import { Couples } from "./couples.ts";

const wrongUsageExitCode = 2;
/** Couples that are measured side by side: nearly all of the time is waiting. */
const couplesMax = 2;
const documentPath = join(import.meta.dirname, "../../docs/performance.md");

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code */
async function main(parameters: readonly string[]): Promise<number> {
  const options = readOptions(parameters);
  if (typeof options === "string") {
    console.error(`${options}\n\n${usage}`);
    return wrongUsageExitCode;
  }
  const obstacle = await whyNoLaboratory();
  if (obstacle !== null) {
    console.error(obstacle);
    return 1;
  }
  const runs = await measureAll(roundsOf(options));
  const results: Results = options.isQuick ? {} : readResults<Results>("faults");
  for (const name of options.faults) {
    const value = runs.filter(({ fault }) => fault === name);
    Object.assign(results, { [name]: { ...circumstances(options), value } });
  }
  const figures = describeFaults(results);
  console.log(`\n${figures}`);
  if (!options.isQuick) {
    writeResults("faults", results);
    const document = readFileSync(documentPath, "utf8");
    writeFileSync(documentPath, replaceFigures(document, "faults", figures));
  }
  return runs.some((run) => "failure" in run) ? 1 : 0;
}

/** Every fault in every round, so that what disturbs the machine for a while disturbs all of them. */
function roundsOf({ rounds, faults }: Options): Round[] {
  return Array.from({ length: rounds }, (_, index) =>
    faults.map((fault): Round => {
      return { fault, round: index + 1, nearSide: index % 2 === 0 ? "caller" : "callee" };
    }),
  ).flat();
}

async function measureAll(rounds: readonly Round[]): Promise<Run[]> {
  const left = [...rounds];
  const runs: Run[] = [];
  const work = async () => {
    await using couples = new Couples();
    for (let round = left.shift(); round !== undefined; round = left.shift()) {
      const run = await couples.measure(round);
      runs.push(run);
      const { fault, nearSide, ...rest } = run;
      console.log(`${fault} at the ${nearSide}: ${JSON.stringify(rest)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(couplesMax, left.length) }, work));
  return runs;
}

function circumstances({ rounds }: Options): Omit<Measured<unknown>, "value"> {
  // What Debian's wrapper of Chromium complains about is no concern of ours.
  const chromium = execFileSync(chromiumPath(), ["--version"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return {
    measuredOn: new Date().toISOString().slice(0, 10),
    rounds,
    machine: describeMachine(),
    versions: { chromium: chromium.trim() },
    absent: {},
  };
}
