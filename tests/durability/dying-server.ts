import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { makeVapidKey } from "../../apps/server/src/push/vapid-key.ts";
import { MemoryLog } from "../../packages/relay/src/test-client/memory-log.ts";
import { secret, startRelay } from "../../packages/relay/src/test-client/together.ts";

const vapidKey = makeVapidKey();
const main = join(import.meta.dirname, "../../apps/server/src/main.ts");

/** Starting takes a second, and minutes where others have the machine to themselves. */
const patience = { timeout: 120_000, interval: 20 };

/** The application in a process of its own, with its database in a directory, and a relay. */
export interface DyingServer extends AsyncDisposable {
  readonly origin: string;
  /** kill(2) with SIGKILL: it has no last word. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it answers. */
  startAgain(): Promise<void>;
  /** Waits until calls can be made: the relay has found it. */
  untilReady(): Promise<void>;
}

export async function openDyingServer(): Promise<DyingServer> {
  await using owned = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-dying-"));
  owned.defer(() => rmSync(directory, { recursive: true }));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  let child = startApplication(directory, port);
  owned.defer(() => end(child));
  const control = `ws://127.0.0.1:${port}/relay-control`;
  owned.use(await startRelay(new MemoryLog(), control));
  const answers = (path: string) => async () =>
    (await fetch(`${origin}${path}`).catch(() => undefined))?.ok === true;
  const until = (path: string) => expect.poll(answers(path), patience).toBe(true);
  await until("/readyz");
  const kept = owned.move();
  return {
    origin,
    kill: () => end(child),
    async startAgain() {
      child = startApplication(directory, port);
      await until("/healthz");
    },
    untilReady: () => until("/readyz"),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function startApplication(directory: string, port: number): ChildProcess {
  return spawn(process.execPath, [main], {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      HOST: "127.0.0.1",
      PORT: String(port),
      DATA_DIR: directory,
      RELAY_SECRET: secret,
      VAPID_KEY: vapidKey,
      SIGN_UP: "open",
      LOG_LEVEL: "error",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
