import { rmSync, writeFileSync } from "node:fs";
import { inCheckout } from "./checkout.mjs";
import { fingerprintOf, isMadeFrom } from "./fingerprint.mjs";
import { runQuietly } from "./run-quietly.mjs";
import { Trouble } from "./trouble.mjs";

/** Everything that the build reads. */
const sources = [
  "apps/web",
  "packages/client",
  "packages/e2ee",
  "packages/policy",
  "packages/protocol",
  "package-lock.json",
];
/** Stands in the build and says what it was made from. */
const stamp = inCheckout("apps", "web", "dist", ".made-from");

/** Builds the web app, unless the one that stands was made from the same sources. */
export async function buildWeb() {
  const fingerprint = fingerprintOf(sources);
  if (isMadeFrom(fingerprint, stamp)) return;
  rmSync(stamp, { force: true });
  const { code, output } = await runQuietly(
    "Building the web app (again only when it changes)",
    inCheckout("node_modules", ".bin", "node"),
    [inCheckout("node_modules", "vite", "bin", "vite.js"), "build", "--logLevel=warn"],
    { cwd: inCheckout("apps", "web"), env: { ...process.env, NODE_ENV: "production" } },
  );
  if (code !== 0) {
    throw new Trouble(`The web app could not be built. Vite said:\n\n${output.trim()}`);
  }
  writeFileSync(stamp, fingerprint);
}
