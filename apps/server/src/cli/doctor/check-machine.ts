import { readFileSync } from "node:fs";
import { type Finding, good } from "./finding.ts";
import { judgeFiles, judgeMemory, judgeNode } from "./judge-machine.ts";

/** @param processId of the application, where one runs */
export function checkMachine(processId: number | undefined): Finding[] {
  return [
    judgeNode(process.versions.node),
    judgeMemory(process.availableMemory()),
    checkFiles(processId),
  ];
}

function checkFiles(processId: number | undefined): Finding {
  const limit = filesLimitOf(processId);
  if (limit === undefined) {
    return good("files", "How many files may be open at once cannot be read on this system.");
  }
  return judgeFiles(limit, processId !== undefined);
}

/** proc(5), `limits`: the soft limit, which Node raises to the hard one at its start. */
function filesLimitOf(processId: number | undefined): number | undefined {
  try {
    const limits = readFileSync(`/proc/${processId ?? "self"}/limits`, "utf8");
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
    return soft === undefined ? undefined : soft === "unlimited" ? Infinity : Number(soft);
  } catch {
    return undefined;
  }
}
