import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { vi } from "vitest";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";

const main = join(import.meta.dirname, "../../apps/server/src/main.ts");

/** Starting takes a second, and minutes where others have the machine to themselves. */
const patience = { timeout: 120_000, interval: 20 };

/** The application in a process of its own, which ends and starts again on the same port. */
export class ApplicationProcess implements AsyncDisposable {
  readonly port: number;
  readonly origin: string;
  /** Every line of its log, from its first start on. */
  readonly logged: string[] = [];
  readonly #settings: Readonly<Record<string, string>>;
  readonly #directory: string;
  #child: ChildProcess;

  private constructor(port: number, directory: string, settings: Readonly<Record<string, string>>) {
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
    this.#directory = directory;
    this.#settings = settings;
    this.#child = this.#spawn();
  }

  /** @param directory an empty one, for DATA_DIR */
  static async start(
    directory: string,
    settings: Readonly<Record<string, string>>,
  ): Promise<ApplicationProcess> {
    return new ApplicationProcess(await freePort(), directory, settings);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** kill(2) with SIGKILL: it has no last word. Resolves when the process is gone. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Asks it to end in order. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** Resolves when it answers. */
  async startAgain(): Promise<void> {
    this.#child = this.#spawn();
    await this.#until("/healthz");
  }

  /** Waits until calls can be made: a relay has found it. */
  untilReady(): Promise<void> {
    return this.#until("/readyz");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #until(path: string): Promise<void> {
    const answers = async () =>
      (await fetch(`${this.origin}${path}`).catch(() => undefined))?.ok === true;
    await vi.waitUntil(answers, patience);
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  #spawn(): ChildProcess {
    const child = spawn(process.execPath, [main], {
      cwd: this.#directory,
      env: {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
        HOST: "127.0.0.1",
        PORT: String(this.port),
        DATA_DIR: this.#directory,
        SIGN_UP: "open",
        LOG_LEVEL: "error",
        ...this.#settings,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: child.stdout }).on("line", (line) => this.logged.push(line));
    return child;
  }
}
