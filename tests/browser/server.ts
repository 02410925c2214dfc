import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const startTimeoutMs = 20_000;
const repository = join(import.meta.dirname, "../..");

/** A whole Ringfence of its own: supervisor, application and relay, on a port of its own. */
export interface RunningServer extends AsyncDisposable {
  origin: string;
  supervisor: ChildProcess;
  dataDirectory: string;
}

export async function startServer(): Promise<RunningServer> {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-browser-"));
  const port = await freePort();
  const supervisor = spawn(
    process.execPath,
    [join(repository, "apps/server/src/cli/ringfence.ts"), "start"],
    {
      env: {
        PATH: process.env["PATH"],
        HOST: "127.0.0.1",
        PORT: String(port),
        DATA_DIR: directory,
        LOG_LEVEL: "warn",
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  // Read to the end, or the pipe fills and the server waits for us.
  supervisor.stdout?.resume();
  const origin = `http://localhost:${port}`;
  await untilReady(origin, supervisor);
  return {
    origin,
    supervisor,
    dataDirectory: directory,
    async [Symbol.asyncDispose]() {
      if (supervisor.exitCode === null) {
        supervisor.kill("SIGTERM");
        await once(supervisor, "exit");
      }
      rmSync(directory, { recursive: true });
    },
  };
}

async function untilReady(origin: string, supervisor: ChildProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    if (supervisor.exitCode !== null) throw new Error("The server ended before it was ready.");
    const answer = await fetch(`${origin}/readyz`).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("The server was not ready in time.");
}

/** A port that is free for TCP now. Nobody holds it until the server does. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
