import { serverLimits } from "../../limits.ts";
import { doctorLimits } from "./doctor-limits.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

const mebibyte = 1_048_576;

export function judgeNode(version: string): Finding {
  if (Number.parseInt(version, 10) >= doctorLimits.nodeMajorMin)
    return good("node", `Node ${version}.`);
  return fault(
    "node",
    `This is Node ${version}; Ringfence needs ${doctorLimits.nodeMajorMin} or newer.`,
    "Start it with `npm start`, which brings the right one on Linux, or install a newer Node.",
  );
}

/** @param bytes what a program could have before others are pushed out */
export function judgeMemory(bytes: number): Finding {
  const mebibytes = Math.floor(bytes / mebibyte);
  const found = `${mebibytes} MiB of memory are to be had.`;
  if (mebibytes >= doctorLimits.memoryMebibytesGood) return good("memory", found);
  const todo = "End other programs, or give the machine more: a server needs about 150 MiB.";
  return mebibytes < doctorLimits.memoryMebibytesMin
    ? fault("memory", found, todo)
    : warning("memory", found, todo);
}

/** @param isOfServer whether it is the running server's, and not that of this command */
export function judgeFiles(limit: number, isOfServer: boolean): Finding {
  const whose = isOfServer ? "The server" : "This command";
  const found = `${whose} may have ${limit.toLocaleString("en-US")} files and connections open at once.`;
  if (limit >= serverLimits.openConnectionsMax + doctorLimits.filesBesideConnectionsMin)
    return good("files", found);
  return warning(
    "files",
    `${found} Each open page takes at least one.`,
    "For a large community set LimitNOFILE=65536 in the service, or `ulimit -n 65536` in the shell before the start.",
  );
}
