/**
 * Makes this checkout ready to run: installs what is missing, brings a Node that is new enough, and
 * builds the web app when its sources changed. Costs a few milliseconds when there is nothing to do.
 *
 * It runs on whatever Node the machine has, 18 or later, before anything is installed: so plain
 * JavaScript, and nothing but Node's own modules.
 *
 *   node scripts/prepare.mjs                 for running: the server and the built web app
 *   node scripts/prepare.mjs --development   for working on it: all tools; Vite serves the web app
 */
import { buildWeb } from "./prepare/build-web.mjs";
import { holdCheckout } from "./prepare/checkout-lock.mjs";
import { compileServer } from "./prepare/compile-server.mjs";
import { install } from "./prepare/install.mjs";
import { bringNode } from "./prepare/node.mjs";
import { Trouble } from "./prepare/trouble.mjs";

const isDevelopment = process.argv.includes("--development");

try {
  const letGo = await holdCheckout();
  try {
    await install({ withDevelopmentTools: isDevelopment });
    bringNode();
    if (!isDevelopment) {
      await buildWeb();
      await compileServer();
    }
  } finally {
    letGo();
  }
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
