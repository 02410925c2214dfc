import { type ExecFileException, execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { rounded } from "../statistics.ts";
import { tools } from "../tools.ts";
import type { Bench } from "./bench.ts";
import { serverSecret, type TurnServer } from "./turn-server.ts";

const run = promisify(execFile);
const source = join(import.meta.dirname, "../turnload/turnload.c");
/** Beyond the time that is measured: set-up, and giving the allocations back. */
const patienceMs = 30_000;
/** As long as a relay with an application takes them. */
const credentialSeconds = 600;

/** Pairs of clients that send to each other, both ways. */
export interface Load {
  readonly pairs: number;
  readonly bytes: number;
  readonly pace:
    | { readonly type: "rate"; readonly perSecondEach: number; readonly burst?: number }
    /** As fast as it goes, with so many packets of each client on their way. */
    | { readonly type: "window"; readonly inFlight: number };
  /** No client sleeps between packets, so that the server is not charged for waking one. */
  readonly isAwake?: boolean;
}

export interface LoadOptions {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Calls are named after it: `<name>-0`, `<name>-1`, ... */
  readonly callName?: string;
  /** Leaves the core to others that want it. */
  readonly isBackground?: boolean;
}

/** What turnload says of a run. Times are from client to client. */
export interface LoadFigures {
  readonly deliveredPerSecond: number;
  readonly lossPercent: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** CPU of all threads of the server for each delivered packet. */
  readonly cpuUsPerPacket: number;
  readonly cpuPercent: number;
  /** The generator sent what it was asked for, or nearly. */
  readonly hasKeptUp: boolean;
}

/** Compiles the generator and says where it is. */
export async function buildTurnload(directory: string): Promise<string> {
  const path = join(directory, "turnload");
  await run(tools.compiler.path, ["-O2", "-o", path, source, "-lcrypto", "-lpthread"]);
  return path;
}

/**
 * @param server nothing measures the generator alone: the clients of a pair send to each other
 * @throws Error when it could not be measured, or when packets came to the wrong client
 */
export async function runTurnload(
  bench: Bench,
  server: TurnServer | undefined,
  load: Load,
  options: LoadOptions,
): Promise<LoadFigures> {
  bench.signal.throwIfAborted();
  const nice = options.isBackground === true ? ["nice", "-n", "10"] : [];
  const [program = "", ...parameters] = [
    [...nice, bench.turnloadPath, "-J"],
    server === undefined ? ["-D"] : target(server, options.callName ?? "call"),
    ["-n", String(load.pairs), "-z", String(load.bytes)],
    ["-t", String(options.seconds), "-k", String(options.warmUpSeconds)],
    load.isAwake === true ? ["-A"] : [],
    paceOf(load),
  ].flat();
  const timeout = (options.seconds + options.warmUpSeconds) * 1_000 + patienceMs;
  try {
    const { stdout } = await run(program, parameters, { timeout, signal: bench.signal });
    return figuresIn(stdout, bench.scale.sentShareMin);
  } catch (error) {
    bench.signal.throwIfAborted();
    const { stderr = "", killed, code } = error as ExecFileException & { stderr?: string };
    const why = killed === true ? "took too long" : `ended with ${String(code)}`;
    throw new Error(`turnload ${why}. ${stderr.trim()}`.trim(), { cause: error });
  }
}

/** @throws Error where figures say nothing about the server */
export function refuseMeaningless(...runs: readonly LoadFigures[]): void {
  if (runs.some(({ deliveredPerSecond }) => deliveredPerSecond === 0)) {
    throw new Error("Nothing came through.");
  }
  if (!runs.every(({ hasKeptUp }) => hasKeptUp)) throw new Error("The generator did not keep up.");
}

/** User names that both kinds of server take: with a device, which an application's relay wants. */
function target({ address, port, pid }: TurnServer, callName: string): string[] {
  return [
    ["-s", `${address}:${port}`, "-S", serverSecret, "-P", String(pid)],
    ["-u", `%e:${callName}-%c:%p:%p1`, "-E", String(credentialSeconds)],
  ].flat();
}

function paceOf({ pace }: Load): string[] {
  if (pace.type === "window") return ["-W", String(pace.inFlight)];
  return ["-r", String(pace.perSecondEach), "-b", String(pace.burst ?? 1)];
}

function figuresIn(line: string, sentShareMin: number): LoadFigures {
  const said = JSON.parse(line) as Record<string, number | undefined>;
  const figure = (name: string, digits: number): number => {
    const value = said[name];
    if (value === undefined) throw new Error(`turnload does not say ${name}.`);
    return rounded(value, digits);
  };
  return {
    deliveredPerSecond: figure("recv_pps", 0),
    lossPercent: figure("loss_pct", 4),
    p50Us: figure("p50_us", 1),
    p99Us: figure("p99_us", 1),
    cpuUsPerPacket: figure("srv_us_per_pkt", 3),
    cpuPercent: figure("srv_cpu_pct", 1),
    hasKeptUp: figure("sent_pps", 0) >= sentShareMin * figure("asked_pps", 0),
  };
}
