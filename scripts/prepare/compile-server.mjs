import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inCheckout } from "./checkout.mjs";
import { fingerprintOf, isMadeFrom } from "./fingerprint.mjs";
import { runQuietly } from "./run-quietly.mjs";

const sources = ["apps/server", "packages", "package-lock.json"];
const entries = [
  ...["main.ts", "relay/relay-process.ts", "cli/ringfence.ts", "cli/start.ts"].map(
    (entry) => `apps/server/src/${entry}`,
  ),
  "packages/relay/src/node/batched/packet-thread.ts",
];
/** Node's compile cache, which package.json and cli/start.ts name too. */
const cache = inCheckout("node_modules", ".cache", "ringfence");
const stamp = join(cache, ".made-from");

/**
 * Loads the server once without running it, so that Node keeps it compiled and stripped of its
 * types. A start then takes half the time, and each process does without the compiler for types,
 * which is 17 MB.
 */
export async function compileServer() {
  const fingerprint = fingerprintOf(sources);
  if (isMadeFrom(fingerprint, stamp)) return;
  const paths = entries.map((entry) => inCheckout(...entry.split("/")));
  const script = paths.map((path) => `await import("${pathToFileURL(path).href}");`).join("\n");
  const { code } = await runQuietly(
    "Compiling the server (again only when it changes)",
    inCheckout("node_modules", ".bin", "node"),
    ["--input-type=module", "--eval", script],
    { cwd: inCheckout(), env: { ...process.env, NODE_COMPILE_CACHE: cache } },
  );
  // It runs without, and whatever is wrong shows there.
  if (code !== 0) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, fingerprint);
}
