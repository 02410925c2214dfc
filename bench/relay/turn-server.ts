import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, openSync, closeSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { TurnClient } from "../../packages/relay/src/test-client/turn-client.ts";
import { pinned } from "../machine.ts";
import { hasMapped } from "../proc.ts";
import { tools } from "../tools.ts";
import type { Bench } from "./bench.ts";

/** coturn with one relay thread, and this relay on either of its data paths. */
export const serverNames = ["coturn", "portable", "batched"] as const;
export type ServerName = (typeof serverNames)[number];

/** A TURN server in a process of its own, which answers. Disposing it ends the process. */
export interface TurnServer extends AsyncDisposable {
  readonly name: ServerName;
  readonly pid: number;
  readonly address: string;
  readonly port: number;
  hasEnded(): boolean;
}

const serverAddress = "127.0.0.1";
export const serverSecret = "known to whoever measures";
const ringfence = join(import.meta.dirname, "../../apps/server/src/cli/ringfence.ts");
const startMs = 15_000;
const stopMs = 7_000;
const probeMs = 200;

/**
 * @param controlUrl the application that owns the calls; without one a relay stands alone, which
 *   lifts its limits. coturn has none.
 * @throws Error when it does not start; the message ends with what it said last
 */
export async function startServer(
  name: ServerName,
  bench: Bench,
  controlUrl?: string,
): Promise<TurnServer> {
  const directory = mkdtempSync(join(bench.directory, `${name}-`));
  const port = await freePort();
  const logPath = join(directory, "log");
  const log = openSync(logPath, "a");
  const command =
    name === "coturn" ? coturn(port, directory) : [process.execPath, ringfence, "relay"];
  const [program = "", ...parameters] = pinned(bench.cores?.server, command);
  const child = spawn(program, parameters, {
    cwd: directory,
    env: { PATH: process.env["PATH"], ...(name !== "coturn" && settings(name, port, controlUrl)) },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = once(child, "exit");
  try {
    await untilAnswering(port, ended, bench.signal);
    if (name === "batched" && !hasMapped(child.pid ?? 0, "koffi")) {
      throw new Error("This relay has no batched data path here.");
    }
  } catch (error) {
    child.kill("SIGKILL");
    await ended;
    throw new Error(whyItEnded(error as Error, readFileSync(logPath, "utf8")), { cause: error });
  }
  return {
    name,
    pid: child.pid ?? 0,
    address: serverAddress,
    port,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(timer);
    },
  };
}

/** What it said to its operator, where that is a sentence and no trace with paths of this machine. */
function whyItEnded({ message }: Error, said: string): string {
  const last = said.trim().split("\n").at(-1) ?? "";
  if (/^[A-Z][^/\\]*\.$/.test(last)) return last;
  console.error(said);
  return message;
}

function settings(name: ServerName, port: number, controlUrl: string | undefined) {
  return {
    HOST: serverAddress,
    PORT: String(port),
    RELAY_SECRET: serverSecret,
    RELAY_DATA_PATH: name,
    LOG_LEVEL: "warn",
    ...(controlUrl !== undefined && { RELAY_CONTROL: controlUrl }),
  };
}

/** One relay thread; the rest takes away what a relay does not need, or what forbids to measure it. */
function coturn(port: number, directory: string): string[] {
  return [
    [tools.coturn.path, "-n", "-m", "1", "--listening-port", String(port), "--realm", "bench"],
    ["--listening-ip", serverAddress, "--relay-ip", serverAddress, "--allow-loopback-peers"],
    ["--use-auth-secret", "--static-auth-secret", serverSecret],
    ["--userdb", join(directory, "users"), "--pidfile", join(directory, "pid")],
    ["--no-stdout-log", "--log-file", join(directory, "coturn"), "--simple-log"],
    ["--no-tls", "--no-dtls", "--no-cli"],
  ].flat();
}

/** All three answer an Allocate of a stranger with a challenge. */
async function untilAnswering(
  port: number,
  ended: Promise<unknown[]>,
  signal: AbortSignal,
): Promise<void> {
  const socket = createSocket("udp4");
  const stranger = new TurnClient({ username: "", password: "" });
  const ask = () => socket.send(stranger.allocate([], { isSigned: false }), port, serverAddress);
  const asking = setInterval(ask, probeMs);
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
    const end = await Promise.race([
      once(socket, "message", { signal: patience }).then(() => []),
      ended,
    ]);
    if (end.length > 0) throw new Error(`It ended with ${String(end[0] ?? end[1])}.`);
  } finally {
    clearInterval(asking);
    socket.close();
  }
}
