/**
 * Measures how long it takes from the tap on *Accept* until two people hear each other, with a network
 * between each of them and the server, and beside it the same calls set up in other orders. What is
 * measured and how to read it is in docs/performance.md.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { whyNoLaboratory } from "../../tests/network/why-no-two-homes.ts";
import { describeMachine } from "../machine.ts";
import { replaceFigures } from "../report.ts";
import { type Measured, writeResults } from "../results.ts";
import type { Make } from "../../tests/browser/test.ts";
import { whyNoFirefox } from "../../tests/browser/firefox.ts";
import { type Calls, describeSetUp } from "./document.ts";
import { type SetUp, measureRounds, roundsOfTwoPeople } from "./measure.ts";
import { readOptions, usage } from "./options.ts";
import { twoPeople } from "./two-people.ts";

const wrongUsageExitCode = 2;
const oneWayMs = 50;
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
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  const absent: Record<string, string> = {};
  const calls: Record<string, SetUp[]> = {};
  for (const make of ["Chromium", "Firefox"] as const satisfies readonly Make[]) {
    const reason = make === "Firefox" ? whyNoFirefox() : null;
    if (reason !== null) {
      absent[make] = reason;
      continue;
    }
    // What is claimed is claimed of Chromium; the other stands beside it.
    const rounds = Math.ceil(options.calls / (make === "Chromium" ? 1 : 5));
    try {
      for (let done = 0; done < rounds; done += roundsOfTwoPeople) {
        await using people = await twoPeople(make, oneWayMs);
        console.log(`${people.browser}: ${done} of ${rounds} rounds ...`);
        const next = Math.min(roundsOfTwoPeople, rounds - done);
        const measured = await measureRounds(people, next, stop.signal);
        (calls[people.browser] ??= []).push(...measured);
      }
    } catch (error) {
      // One browser that cannot be measured leaves the figures of the other.
      stop.signal.throwIfAborted();
      absent[make] = (error as Error).message;
    }
  }
  const measured: Measured<Calls> = {
    measuredOn: new Date().toISOString().slice(0, 10),
    rounds: options.calls,
    machine: describeMachine(),
    versions: {},
    absent,
    value: calls,
  };
  const figures = Object.entries(describeSetUp(measured));
  for (const [name, text] of figures) console.log(`\n${name}\n${text}`);
  if (options.isQuick) return hasFailed(calls) ? 1 : 0;
  writeResults("setup", measured);
  const document = readFileSync(documentPath, "utf8");
  writeFileSync(
    documentPath,
    figures.reduce((text, [name, described]) => replaceFigures(text, name, described), document),
  );
  return 0;
}

function hasFailed(calls: Calls): boolean {
  return Object.values(calls)
    .flat()
    .some((call) => "failure" in call);
}
