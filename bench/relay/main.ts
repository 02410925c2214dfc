/**
 * Measures the relay beside coturn, both as processes of their own on this machine, and writes down
 * what came out. What is measured and how to read it is in docs/performance.md; `parts.ts` names the
 * parts.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { chooseCores, describeMachine, pinThisProcess } from "../machine.ts";
import { replaceFigures } from "../report.ts";
import { type Measured, readResults, writeResults } from "../results.ts";
import { adviceFor, bringTools, isThere, tools } from "../tools.ts";
import type { Bench } from "./bench.ts";
import { describeResults, type Results } from "./document.ts";
import { missingFigures } from "./missing-figures.ts";
import { Fleet } from "./fleet.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { type PartName, parts } from "./parts.ts";
import { drawSweep } from "./sweep-plot.ts";
import { buildTurnload } from "./turnload.ts";
import { type ServerName, serverNames } from "./turn-server.ts";

const wrongUsageExitCode = 2;
const stoppedExitCode = 130;
/** Of the last minute, before it begins. */
const quietLoadMax = 0.5;
const documentPath = join(import.meta.dirname, "../../docs/performance.md");
const picturePath = join(import.meta.dirname, "../../docs/images/relay-cpu.svg");

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
  const { compiler, openssl, coturn, taskset } = tools;
  const missing = bringTools([compiler, openssl, coturn, taskset]);
  const needed = missing.filter((tool) => tool !== tools.coturn);
  if (missing.length > 0) console.error(adviceFor(missing));
  if (needed.length > 0) return 1;
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  try {
    return await measure(options, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error("Stopped. The parts that were done are written down.");
    return stoppedExitCode;
  }
}

async function measure(
  { scale, parts: names, isQuick }: Options,
  signal: AbortSignal,
): Promise<number> {
  const machine = describeMachine();
  const [load = 0] = loadavg();
  if (!isQuick && load > quietLoadMax) {
    console.error(`This machine does other things (load ${load.toFixed(1)}): expect poor figures.`);
  }
  const cores = chooseCores();
  if (cores !== undefined) pinThisProcess(cores.generator);
  await using resources = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  resources.defer(() => rmSync(directory, { recursive: true }));
  const fleet = resources.use(new Fleet());
  const turnloadPath = await buildTurnload(directory);
  const all = { scale, servers: serverNames, fleet, cores, turnloadPath, directory, signal };
  const absent = await startAll(all);
  const servers = serverNames.filter((name) => !(name in absent));

  const circumstances: Omit<Measured<unknown>, "value"> = {
    measuredOn: new Date().toISOString().slice(0, 10),
    rounds: scale.rounds,
    machine,
    versions: servers.includes("coturn") ? { coturn: coturnVersion() } : {},
    absent,
  };
  const results: Results = isQuick ? {} : readResults<Results>("relay");
  for (const name of names) {
    console.log(`${name}:`);
    const startedAt = performance.now();
    const value = await parts[name]({ ...all, servers });
    Object.assign(results, { [name]: { ...circumstances, value } });
    if (!isQuick) save(results);
    console.log(`  ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  }
  for (const [name, figures] of Object.entries(describeResults(results))) {
    console.log(`\n${name}\n${figures}`);
  }
  return isQuick ? judge(results, names, servers) : 0;
}

/** Starts each kind of server, and says why one does not start. */
async function startAll(bench: Bench): Promise<Partial<Record<ServerName, string>>> {
  const absent: Partial<Record<ServerName, string>> = {};
  const start = async (name: ServerName): Promise<void> => {
    try {
      if (name === "coturn" && !isThere(tools.coturn)) throw new Error(adviceFor([tools.coturn]));
      await bench.fleet.get(name, bench);
    } catch (error) {
      bench.signal.throwIfAborted();
      absent[name] = (error as Error).message;
      console.log(`${name} is not measured: ${absent[name]}`);
    }
  };
  await Promise.all(bench.servers.map(start));
  return absent;
}

function coturnVersion(): string {
  return execFileSync(tools.coturn.path, ["--version"], { encoding: "utf8" }).trim();
}

/** After every part, so that an end in the middle loses nothing. */
function save(results: Results): void {
  writeResults("relay", results);
  if (results.sweep !== undefined) writeFileSync(picturePath, drawSweep(results.sweep.value));
  let document = readFileSync(documentPath, "utf8");
  for (const [name, figures] of Object.entries(describeResults(results))) {
    document = replaceFigures(document, name, figures);
  }
  writeFileSync(documentPath, document);
}

/** Whether every part has figures of every server that started. */
function judge(
  results: Results,
  names: readonly PartName[],
  servers: readonly ServerName[],
): number {
  const missing = names.flatMap((name) => {
    // coturn cannot be told that a call ended.
    const able = name === "silence" ? servers.filter((server) => server !== "coturn") : servers;
    return missingFigures(results[name]?.value ?? [], able).map((what) => `${name}: ${what}`);
  });
  if (!servers.includes("portable")) missing.push("The portable data path did not start.");
  for (const what of missing) console.error(what);
  return missing.length === 0 ? 0 : 1;
}
