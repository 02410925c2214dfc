import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { join } from "node:path";
import { checkout } from "./step.ts";

/**
 * `npm run dev`: the server, with two people signed up, started again whenever its sources change,
 * and Vite, which shows changes of the web app as they are saved. Ctrl-C ends both.
 */
const webPort = 5173;
/** Editors save in several steps. */
const settleMs = 150;
const sources = [
  "apps/server/src",
  "packages/protocol",
  "packages/policy",
  "packages/call",
  "packages/relay",
];
/** Made by the first start, kept for the next. */
const dataDirectory = "./data-dev";

let server = startServer(["--demo"]);
let restarting: Promise<void> = Promise.resolve();
let settling: NodeJS.Timeout | undefined;
let isStopping = false;

const web = spawn(
  process.execPath,
  [
    join(checkout, "node_modules/vite/bin/vite.js"),
    "--host=127.0.0.1",
    `--port=${webPort}`,
    "--strictPort",
    "--clearScreen=false",
  ],
  { cwd: join(checkout, "apps/web"), stdio: ["ignore", "inherit", "inherit"], detached: true },
);
web.once("exit", () => void stop());

for (const place of sources) {
  watch(join(checkout, place), { recursive: true }, (_event, name) => {
    if (name?.endsWith(".ts") !== true || name.endsWith(".test.ts")) return;
    clearTimeout(settling);
    settling = setTimeout(() => (restarting = restarting.then(restartServer)), settleMs);
  });
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => void stop());

function startServer(parameters: readonly string[]): ChildProcess {
  return spawn(
    process.execPath,
    [join(checkout, "apps/server/src/cli/ringfence.ts"), "start", ...parameters],
    {
      cwd: checkout,
      // People come in through Vite, which passes what is not its own on to the server.
      env: {
        HOST: "127.0.0.1",
        DATA_DIR: dataDirectory,
        PUBLIC_ORIGIN: `http://localhost:${webPort}`,
        ...process.env,
      },
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    },
  );
}

async function restartServer(): Promise<void> {
  console.log("A source changed: the server starts again.");
  await end(server);
  if (!isStopping) server = startServer([]);
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await restarting;
  await Promise.all([end(server), end(web)]);
  process.exit(0);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
