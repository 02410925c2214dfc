/**
 * Measures this server's signalling beside servers that people would take instead, each in processes of
 * its own on this machine. What is measured and how to read it is in docs/performance.md.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chooseCores, describeMachine, pinThisProcess } from "../machine.ts";
import { replaceFigures } from "../report.ts";
import { type Measured, writeResults } from "../results.ts";
import { adviceFor, bringTools, isThere, tools } from "../tools.ts";
import type { ContenderName } from "./contender.ts";
import { describeSignalling } from "./document.ts";
import { type Run, measureRounds } from "./measure.ts";
import { type Options, readOptions, usage } from "./options.ts";

const wrongUsageExitCode = 2;
const stoppedExitCode = 130;
/** Of the last minute, before it begins. */
const quietLoadMax = 0.5;
const documentPath = join(import.meta.dirname, "../../docs/performance.md");
const toolOf = { kamailio: tools.kamailio, prosody: tools.prosody } as const;

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code */
async function main(parameters: readonly string[]): Promise<number> {
  const options = readOptions(parameters);
  if (typeof options === "string") {
    console.error(`${options}\n\n${usage}`);
    return wrongUsageExitCode;
  }
  if (process.platform !== "linux") {
    console.error("This benchmark reads the CPU of processes from /proc: it needs Linux.");
    return 1;
  }
  const wanted = options.isQuick ? [tools.taskset] : [tools.taskset, ...Object.values(toolOf)];
  const missing = bringTools(wanted);
  if (missing.length > 0) console.error(adviceFor(missing));
  if (missing.includes(tools.taskset)) return 1;
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  try {
    return await measure(options, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error("Stopped. Nothing was written down.");
    return stoppedExitCode;
  }
}

async function measure(
  { scale, contenders, isQuick }: Options,
  signal: AbortSignal,
): Promise<number> {
  const machine = describeMachine();
  const [load = 0] = loadavg();
  if (!isQuick && load > quietLoadMax) {
    console.error(`This machine does other things (load ${load.toFixed(1)}): expect poor figures.`);
  }
  const cores = chooseCores();
  if (cores !== undefined) pinThisProcess(cores.generator);
  const directory = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  try {
    const absent = absentOf(contenders);
    const there = contenders.filter((name) => !(name in absent));
    const value = await measureRounds({ scale, cores, directory, signal }, there);
    const measured: Measured<readonly Run[]> = {
      measuredOn: new Date().toISOString().slice(0, 10),
      rounds: scale.rounds,
      machine,
      versions: versionsOf(there),
      absent,
      value,
    };
    const figures = Object.entries(describeSignalling(measured));
    for (const [name, text] of figures) console.log(`\n${name}\n${text}`);
    if (!isQuick) save(measured, figures);
    return value.some((run) => "failure" in run) ? 1 : 0;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function absentOf(contenders: readonly ContenderName[]): Record<string, string> {
  const missing = Object.entries(toolOf).filter(([, tool]) => !isThere(tool));
  const named = missing.filter(([name]) => contenders.some((one) => one === name));
  return Object.fromEntries(named.map(([name, tool]) => [name, adviceFor([tool])]));
}

function versionsOf(contenders: readonly ContenderName[]): Record<string, string> {
  const asked = {
    kamailio: () => packageVersion("kamailio"),
    prosody: () => packageVersion("prosody"),
    peerserver: () =>
      (JSON.parse(readFileSync(fileURLToPath(peerPackage()), "utf8")) as { version: string })
        .version,
  };
  return Object.fromEntries(
    Object.entries(asked)
      .filter(([name]) => contenders.some((one) => one === name))
      .map(([name, version]) => [name, version()]),
  );
}

function peerPackage(): URL {
  return new URL("../package.json", import.meta.resolve("peer"));
}

/** Where it is Debian's. */
function packageVersion(name: string): string {
  const parameters = ["--showformat", "${Version}", "--show", name];
  return execFileSync("/usr/bin/dpkg-query", parameters, { encoding: "utf8" });
}

function save(measured: Measured<readonly Run[]>, figures: readonly [string, string][]): void {
  writeResults("signalling", measured);
  const document = readFileSync(documentPath, "utf8");
  writeFileSync(
    documentPath,
    figures.reduce((text, [name, described]) => replaceFigures(text, name, described), document),
  );
}
