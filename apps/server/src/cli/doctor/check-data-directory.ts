import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { databaseFile } from "../../data-directory.ts";
import { doctorLimits } from "./doctor-limits.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

const mebibyte = 1_048_576;
/** statfs(2): file systems over a network, on which the locks of SQLite cannot be relied on. */
const networkFileSystems: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0xff534d42: "CIFS",
  0xfe534d42: "SMB2",
};

/** Where everything is kept: that it can be written and kept, and is this user's alone. */
export function checkDataDirectory(path: string): Finding[] {
  if (!existsSync(path)) return [checkMissing(path)];
  const disk = checkDisk(path);
  const trial = tryToWrite(path);
  return [disk, trial, ...checkPrivacy(path), ...checkWriteAhead(path)];
}

function checkMissing(path: string): Finding {
  const parent = nearestExisting(path);
  const found = `${path} is not there yet: the first start makes it.`;
  const trial = tryToWrite(parent);
  return trial.level === "fault"
    ? { ...trial, found: `${found} ${trial.found}` }
    : good("data", found);
}

function nearestExisting(path: string): string {
  let parent = dirname(resolve(path));
  while (!existsSync(parent)) parent = dirname(parent);
  return parent;
}

function checkDisk(path: string): Finding {
  const { bavail, bsize, type } = statfsSync(path);
  const free = Math.floor((bavail * bsize) / mebibyte);
  const network = networkFileSystems[type];
  if (network !== undefined) {
    return warning(
      "disk",
      `${path} is on a file system over the network (${network}), where a database can be damaged.`,
      "Choose a directory on a disk of this machine with DATA_DIR.",
    );
  }
  const found = `${free.toLocaleString("en-US")} MiB are free for ${path}.`;
  if (free >= doctorLimits.freeMebibytesGood) return good("disk", found);
  const todo =
    "Make room, or move DATA_DIR to a larger disk: a full disk stops messages and calls.";
  return free < doctorLimits.freeMebibytesMin
    ? fault("disk", found, todo)
    : warning("disk", found, todo);
}

/** Writes a file of its own to the disk, and takes it away again. */
function tryToWrite(path: string): Finding {
  const file = join(path, `doctor-${process.pid}.tmp`);
  const begunMs = performance.now();
  try {
    const descriptor = openSync(file, "wx", 0o600);
    try {
      writeSync(descriptor, Buffer.alloc(doctorLimits.trialBytes));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return cannotWrite(path, error as NodeJS.ErrnoException);
  } finally {
    removeQuietly(file);
  }
  const tookMs = Math.round(performance.now() - begunMs);
  const found = `${path} can be written; the disk confirms within ${tookMs} ms.`;
  if (tookMs <= doctorLimits.syncMsMax) return good("data", found);
  return warning(
    "data",
    `${found} Everything that people do waits for that.`,
    "Use a faster disk, or look what else keeps it busy.",
  );
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Where it could not be made, there is nothing to remove.
  }
}

function cannotWrite(path: string, { code = "unknown error" }: NodeJS.ErrnoException): Finding {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return fault(
        "data",
        `The disk of ${path} is full (${code}).`,
        "Make room, then start again.",
      );
    case "EROFS":
      return fault(
        "data",
        `The disk of ${path} may only be read (${code}).`,
        "Mount it for writing, or choose another directory with DATA_DIR.",
      );
    default:
      return fault(
        "data",
        `This user cannot write to ${path} (${code}).`,
        "Give the directory to the user that runs the server (chown), run this command as that user, or choose another directory with DATA_DIR.",
      );
  }
}

/** What the directory holds is for nobody else's eyes. */
function checkPrivacy(path: string): Finding[] {
  const files = ["", ...readdirSafely(path)].map((name) => join(path, name));
  const isSecret = (file: string) => file !== path && /secret|\.sqlite|key/.test(file);
  const open = files.filter((file) => isSecret(file) && isOpenToOthers(file));
  if (open.length === 0 || !isOpenToOthers(path)) return [];
  return [
    warning(
      "data",
      `Other users of this machine can read ${open[0]}.`,
      `Close the directory: chmod 700 ${path}`,
    ),
  ];
}

function isOpenToOthers(path: string): boolean {
  return process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0;
}

function readdirSafely(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** SQLite empties it as it goes, unless somebody reads for ever or it cannot write. */
function checkWriteAhead(path: string): Finding[] {
  const size = statSync(join(path, `${databaseFile}-wal`), { throwIfNoEntry: false })?.size ?? 0;
  const mebibytes = Math.round(size / mebibyte);
  if (mebibytes <= doctorLimits.writeAheadMebibytesMax) return [];
  return [
    warning(
      "database",
      `${mebibytes} MiB wait to be moved into the database (${databaseFile}-wal).`,
      "Stop the server and start it again. If it grows once more, look whether another program keeps the database open.",
    ),
  ];
}
