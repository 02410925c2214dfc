import { readFileSync, readdirSync } from "node:fs";

/** The process ids of a supervisor's application and relay; 0 where there is none. */
export function childrenOf(
  supervisor: number | undefined,
): Record<"application" | "relay", number> {
  const pids = readdirSync("/proc").map(Number).filter(Boolean);
  const children = pids.filter((pid) => parentOf(pid) === supervisor);
  const pidOf = (module: string) =>
    children.find((pid) => readProc(pid, "cmdline").includes(module)) ?? 0;
  return { application: pidOf("/main.ts"), relay: pidOf("/relay-process.ts") };
}

export function isAlive(pid: number): boolean {
  return readProc(pid, "cmdline") !== "";
}

/** proc(5): the fourth field of `stat`, the second after the name in parentheses. */
function parentOf(pid: number): number {
  return Number(readProc(pid, "stat").split(") ").at(-1)?.split(" ")[1]);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
