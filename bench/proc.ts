import { readFileSync, readdirSync } from "node:fs";

/** How much of a process is in memory now, in MiB. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`Process ${pid} has no memory.`);
  return Number(kibibytes) / 1_024;
}

/** Whether a process has a file mapped whose name contains a word: a library that it really uses. */
export function hasMapped(pid: number, word: string): boolean {
  return readFileSync(`/proc/${pid}/maps`, "utf8").includes(word);
}

/** Datagrams that the kernel dropped because the sockets of a local UDP port were full. */
export function droppedAtPort(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/udp", "/proc/net/udp6"]
    .flatMap((path) => readFileSync(path, "utf8").split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => local?.endsWith(suffix))
    .reduce((sum, fields) => sum + Number(fields.at(-1)), 0);
}

/** The processes that a process began, and they in turn. */
export function descendantsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const begun = children.filter((text) => text !== "").map(Number);
  return begun.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** The command line of a process, word by word. */
export function commandOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
}

/** CPU seconds of all threads of a process and of its descendants that live. */
export function cpuSecondsOf(pid: number): number {
  return [pid, ...descendantsOf(pid)].reduce((sum, one) => sum + ownCpuSecondsOf(one), 0);
}

/** To the nanosecond, where `stat` counts in hundredths of a second. */
function ownCpuSecondsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => {
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return sum + Number(nanoseconds) / 1e9;
  }, 0);
}

/**
 * How much memory a process and its descendants take, in MiB; what several share is counted once
 * (`Pss`, Linux's Documentation/filesystems/proc.rst).
 */
export function shareOfMemoryMiB(pid: number): number {
  return [pid, ...descendantsOf(pid)].reduce((sum, one) => {
    const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(
      readFileSync(`/proc/${one}/smaps_rollup`, "utf8"),
    )?.[1];
    return sum + Number(kibibytes) / 1_024;
  }, 0);
}
