import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { inCheckout } from "./checkout.mjs";
import { Trouble } from "./trouble.mjs";

const path = inCheckout("node_modules", ".bin", "node");
const majorMin = 24;

/**
 * Makes sure that node_modules/.bin/node runs and is new enough. npm brings one for Linux; on other
 * systems it is a link to the Node that runs this.
 */
export function bringNode() {
  if (majorOf(path) >= majorMin) return;
  if (majorOf(process.execPath) < majorMin) {
    throw new Trouble(
      `Ringfence needs Node ${majorMin} or later, and npm has none for this system (${process.platform}, ${process.arch}). Install it from https://nodejs.org, then run this again.`,
    );
  }
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(process.execPath, path);
}

/** 0 when it does not run. */
function majorOf(executable) {
  try {
    const version = execFileSync(executable, ["--version"], { encoding: "utf8", stdio: "pipe" });
    return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
