import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { inCheckout } from "./checkout.mjs";
import { runQuietly } from "./run-quietly.mjs";
import { Trouble } from "./trouble.mjs";

/**
 * Installs exactly what package-lock.json names, unless it is there. No package's install script is
 * run: none of ours needs one.
 *
 * @param {{ withDevelopmentTools: boolean }} options
 */
export async function install({ withDevelopmentTools }) {
  if (isInstalled(withDevelopmentTools)) return;
  const { code, output } = await runQuietly(
    "Installing what Ringfence needs (once, about a minute)",
    "npm",
    [
      "ci",
      withDevelopmentTools ? "--include=dev" : "--omit=dev",
      "--include=optional",
      "--ignore-scripts",
      "--prefer-offline",
      "--loglevel=error",
      "--no-progress",
      // A registry that does not answer is reported within seconds, not minutes.
      "--fetch-retries=3",
      "--fetch-retry-mintimeout=1000",
      "--fetch-retry-maxtimeout=5000",
    ],
    { cwd: inCheckout(), env: { ...process.env, PATH: pathWithoutCheckout() } },
  );
  if (code !== 0) throw new Trouble(explain(output));
}

/**
 * Whether npm's own record of what it installed, which it writes last, has everything that the lock
 * file asks for. So an installation by hand counts, and one that was cut short does not.
 */
function isInstalled(withDevelopmentTools) {
  const wanted = packagesOf(inCheckout("package-lock.json"));
  const installed = packagesOf(inCheckout("node_modules", ".package-lock.json"));
  if (wanted === undefined) throw new Trouble("package-lock.json is missing: check out again.");
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([place, { version, dev, devOptional, optional }]) => {
    if (!place.includes("node_modules/")) return true;
    if ((dev || devOptional) && !withDevelopmentTools) return true;
    const found = installed[place];
    // What is optional is often for another system; node.mjs looks after the one that must be there.
    return found === undefined ? optional === true : found.version === version;
  });
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** npm must not run on the Node inside the folder that it is about to empty. */
function pathWithoutCheckout() {
  const own = inCheckout("node_modules", ".bin");
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== own)
    .join(delimiter);
}

function explain(output) {
  if (/could not be started/.test(output)) {
    return "npm is missing. Install it (Debian: apt-get install npm), then run this again.";
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|SOCKET_TIMEOUT|network/.test(output)) {
    return "The packages could not be downloaded: npm's registry cannot be reached from here. Check the network connection (behind a proxy: npm config set proxy http://...), then run this again.";
  }
  if (/ENOSPC/.test(output)) return "The disk is full. Make about 500 MB of room, then run again.";
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return `${inCheckout()} cannot be written to. Run this as the user who owns it.`;
  }
  return `npm could not install the packages. It said:\n\n${output.trim()}`;
}
