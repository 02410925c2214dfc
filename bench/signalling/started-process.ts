import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pinned } from "../machine.ts";
import type { Bench } from "./bench.ts";

export interface StartedProcess extends AsyncDisposable {
  readonly pid: number;
}

const startMs = 30_000;
const stopMs = 10_000;
const lookMs = 50;

/**
 * Starts a server on its core and waits until it is ready. Disposing it ends the process.
 *
 * @param directory its own; what it says is kept there
 * @throws Error when it ends or is not ready in time, after printing what it said
 */
export async function startProcess(
  bench: Bench,
  directory: string,
  { command, environment = {} }: { command: string[]; environment?: Record<string, string> },
  isReady: () => Promise<boolean>,
): Promise<StartedProcess> {
  const logPath = join(directory, "log");
  const log = openSync(logPath, "a");
  const [program = "", ...parameters] = pinned(bench.cores?.server, command);
  const child = spawn(program, parameters, {
    cwd: directory,
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = once(child, "exit");
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  };
  const giveUpAt = performance.now() + startMs;
  try {
    while (!(await isReady())) {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
      if (performance.now() > giveUpAt) throw new Error("It was not ready in time.");
      await delay(lookMs, undefined, { signal: bench.signal });
    }
  } catch (error) {
    await stop();
    console.error(readFileSync(logPath, "utf8").slice(-2_000));
    throw error;
  }
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: stop };
}

/** Whether something takes connections there. */
export async function isListening(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
