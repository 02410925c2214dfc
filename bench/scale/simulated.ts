import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { SimulationReport } from "../../apps/simulate/src/report.ts";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { rounded } from "../statistics.ts";
import type { Bench } from "../signalling/bench.ts";
import { ringfence, startNode } from "../signalling/ringfence.ts";
import type { Simulated } from "./results.ts";

const people = 500;
const rate = 10;
const code = "a-code-of-this-benchmark-alone";

/** One box with its file, its application on a core of its own. Every ring is answered. */
export async function simulate(bench: Bench): Promise<Simulated> {
  const directory = mkdtempSync(join(bench.directory, "simulated-"));
  const port = await freePort();
  const settings = { ALLOW_SIMULATION: code, SIGN_UP: "open" };
  await using node = await startNode(bench, directory, port, settings);
  const target = `http://localhost:${node.port}`;
  const options = ["--people", people, "--rate", rate, "--minutes", 1, "--media", 0];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [ringfence, "simulate", "--target", target, ...options.map(String), "--mix=answered", "--json"],
    { env: { PATH: process.env["PATH"], DATA_DIR: directory, ...settings }, signal: bench.signal },
  );
  const report = SimulationReport.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  if (report.server === null) throw new Error("The server did not tell what it takes.");
  const { application } = report.server;
  const ring = report.waitsMs["inviteToRing"] ?? null;
  return {
    people: report.people.connected,
    callsPerSecond: report.calls.perSecond,
    callsBegun: report.calls.begun,
    callsFailed: report.calls.failed,
    cpuMsPerCall: application.cpuMsPerCall,
    cpuMsPerPersonAndMinute: application.cpuMsPerPersonAndMinute,
    kilobytesPerPerson: rounded(application.residentBytesPerPerson / 1_000, 1),
    inviteToRingP50Ms: ring?.p50 ?? null,
    inviteToRingP99Ms: ring?.p99 ?? null,
  };
}
