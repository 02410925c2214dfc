import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { tools } from "./tools.ts";

/** Where something was measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Kernel and its release. */
  readonly system: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
  };
}

/** Which core generates load and which one serves; nothing where there is only one for both. */
export interface Cores {
  readonly generator: number;
  readonly server: number;
}

/**
 * The last two cores that this process may use, so that whoever measures and whoever is measured do
 * not take time from each other. The first core of a machine handles most interrupts.
 */
export function chooseCores(): Cores | undefined {
  const allowed = allowedCores();
  const server = allowed.at(-1);
  const generator = allowed.at(-2);
  return server === undefined || generator === undefined ? undefined : { generator, server };
}

/** A command line that keeps what it runs on one core. */
export function pinned(core: number | undefined, command: readonly string[]): string[] {
  return core === undefined
    ? [...command]
    : [tools.taskset.path, "--cpu-list", String(core), ...command];
}

/** Keeps this process, with all its threads, on one core; children inherit it. */
export function pinThisProcess(core: number): void {
  const parameters = ["--all-tasks", "--cpu-list", "--pid", String(core), String(process.pid)];
  execFileSync(tools.taskset.path, parameters, { stdio: "ignore" });
}

/** `taskset` prints "pid 1's current affinity list: 0-2,5". */
function allowedCores(): number[] {
  const said = execFileSync(tools.taskset.path, ["--cpu-list", "--pid", String(process.pid)], {
    encoding: "utf8",
  });
  const [, list = ""] = said.trim().split(": ");
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
