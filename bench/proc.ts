import { readFileSync } from "node:fs";

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
