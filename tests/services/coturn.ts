import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { TurnClient } from "../../packages/relay/src/test-client/turn-client.ts";

const turnserver = "/usr/bin/turnserver";
const address = "127.0.0.1";
const startMs = 30_000;
const probeMs = 200;

export function whyNoCoturn(): string | null {
  return existsSync(turnserver) ? null : "there is no coturn (Debian's package of that name)";
}

/** A coturn as an operator may have one, on this machine alone. */
export interface Coturn extends AsyncDisposable {
  readonly port: number;
}

/** Starts one, and waits until it answers. */
export async function startCoturn(secret: string): Promise<Coturn> {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-coturn-"));
  const port = await freePort();
  const parameters = [
    ["-n", "--listening-port", String(port), "--realm", "ringfence"],
    // Both browsers are on this machine, which coturn otherwise forbids.
    ["--listening-ip", address, "--relay-ip", address, "--allow-loopback-peers"],
    ["--use-auth-secret", "--static-auth-secret", secret],
    ["--userdb", join(directory, "users"), "--pidfile", join(directory, "pid")],
    ["--no-stdout-log", "--log-file", join(directory, "log"), "--simple-log"],
    ["--no-tls", "--no-dtls", "--no-cli"],
  ];
  const child = spawn(turnserver, parameters.flat(), { cwd: directory, stdio: "ignore" });
  const ended = once(child, "exit");
  const coturn = {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
  try {
    await untilAnswering(port, ended);
  } catch (error) {
    await coturn[Symbol.asyncDispose]();
    throw error;
  }
  return coturn;
}

/** It answers an Allocate of a stranger with a challenge. */
async function untilAnswering(port: number, ended: Promise<unknown>): Promise<void> {
  const socket = createSocket("udp4");
  const stranger = new TurnClient({ username: "", password: "" });
  const ask = () => socket.send(stranger.allocate([], { isSigned: false }), port, address);
  const asking = setInterval(ask, probeMs);
  try {
    const answered = once(socket, "message", { signal: AbortSignal.timeout(startMs) });
    const first = await Promise.race([answered.then(() => "answer"), ended.then(() => "end")]);
    if (first === "end") throw new Error("coturn ended before it answered.");
  } finally {
    clearInterval(asking);
    socket.close();
  }
}
