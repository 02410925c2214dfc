import { type ChildProcess, fork } from "node:child_process";
import { OperatorError } from "../operator-error.ts";
import type { Report } from "./supervised.ts";

/** How a process is started, and what it is called in the log. */
export interface ProcessPlan {
  readonly name: string;
  /** The path of its module. */
  readonly module: string;
  /** Parameters for its first start alone. */
  readonly firstParameters?: readonly string[];
  /** Flags for Node. */
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

export interface KeepingLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

type Ready = Extract<Report, { type: "ready" }>;

/** How long a process has to end by itself. It gives itself less. */
const stopTimeoutMs = 7_000;
/** One that lived so long did not die of how it was started: the wait begins anew. */
const steadyMs = 10_000;
const waitMsMin = 100;
const waitMsMax = 10_000;
/** One that never became ready so often will not by trying again. */
const firstStartsMax = 3;

/**
 * A process that is started again whenever it dies, until it is let go.
 *
 *   starting ── ready ──▶ running ── dies ──▶ waiting ──▶ starting
 *      └── says that it cannot, or dies too often, before it was ever ready ──▶ given up
 */
export class KeptProcess implements AsyncDisposable {
  /** Its first report; rejects with an OperatorError when it is given up. */
  readonly firstReady: Promise<Ready>;
  readonly #plan: ProcessPlan;
  readonly #log: KeepingLog;
  readonly #firstReady = Promise.withResolvers<Ready>();
  #child: ChildProcess | undefined;
  #wait: NodeJS.Timeout | undefined;
  #isEnding = false;
  #wasReady = false;
  #starts = 0;
  #quickDeaths = 0;

  constructor(plan: ProcessPlan, log: KeepingLog) {
    this.#plan = plan;
    this.#log = log;
    this.firstReady = this.#firstReady.promise;
    this.#start();
  }

  /** Ends it now, without asking. */
  kill(): void {
    this.#isEnding = true;
    this.#child?.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#wait);
    const child = this.#child;
    if (child === undefined) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  }

  #start(): void {
    const parameters = this.#starts++ === 0 ? (this.#plan.firstParameters ?? []) : [];
    const startedAt = performance.now();
    let child: ChildProcess;
    try {
      child = this.#fork(parameters);
    } catch (error) {
      // Where the machine has no room for another process, Node says so in either way.
      this.#recover(codeOf(error as Error), undefined, startedAt);
      return;
    }
    this.#child = child;
    let failure: OperatorError | undefined;
    child.on("message", (message) => {
      const report = message as Report;
      if (report.type === "ready") {
        this.#wasReady = true;
        this.#firstReady.resolve(report);
      } else {
        failure = new OperatorError(report.code, report.message);
      }
    });
    child.on("error", (error) => {
      // One that began lives, whatever could not be done to it: its `exit` is still to come.
      if (child.pid !== undefined) {
        this.#log.warn({ process: this.#plan.name, why: codeOf(error) }, "a process did not obey");
        return;
      }
      this.#child = undefined;
      this.#recover(codeOf(error), failure, startedAt);
    });
    child.once("exit", (code, signal) => {
      this.#child = undefined;
      this.#recover(signal ?? `code ${code}`, failure, startedAt);
    });
  }

  #fork(parameters: readonly string[]): ChildProcess {
    const { module, flags, environment } = this.#plan;
    return fork(module, parameters, {
      execArgv: [...flags],
      env: environment,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // Out of the terminal's process group: Ctrl-C is for the supervisor, which ends all in order.
      detached: true,
    });
  }

  #recover(cause: string, failure: OperatorError | undefined, startedAt: number): void {
    if (this.#isEnding) return;
    const { name } = this.#plan;
    if (!this.#wasReady && (failure !== undefined || this.#starts >= firstStartsMax)) {
      this.#firstReady.reject(
        failure ??
          new OperatorError("start-failed", `The ${name} ended ${this.#starts} times (${cause}).`),
      );
      return;
    }
    const isSteady = performance.now() - startedAt > steadyMs;
    this.#quickDeaths = isSteady ? 1 : this.#quickDeaths + 1;
    const waitMs = Math.min(waitMsMin * 2 ** (this.#quickDeaths - 1), waitMsMax);
    const why = failure?.message ?? cause;
    this.#log.warn({ process: name, why, waitMs }, "a process ended and is started again");
    this.#wait = setTimeout(() => this.#start(), waitMs);
  }
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}
