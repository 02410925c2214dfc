import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { mintCredential, probeRelay } from "@ringfence/relay";
import { freePort } from "./test-free-port.ts";

const turnserver = "/usr/bin/turnserver";
const address = "127.0.0.1";
const startMs = 30_000;
const lookMs = 50;

export function whyNoCoturn(): string | null {
  return existsSync(turnserver) ? null : "there is no coturn (Debian's package of that name)";
}

/** A coturn as an operator may have one, on this machine alone. */
export interface Coturn extends AsyncDisposable {
  /** For RELAY_URLS. */
  readonly url: string;
}

/** Starts one, and waits until it takes credentials of the secret. */
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
    url: `turn:${address}:${port}?transport=udp`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
  const deadline = performance.now() + startMs;
  while (!(await answers(coturn.url, secret))) {
    if (performance.now() < deadline && child.exitCode === null) await wait(lookMs);
    else {
      await coturn[Symbol.asyncDispose]();
      throw new Error("coturn did not start.");
    }
  }
  return coturn;
}

async function answers(url: string, secret: string): Promise<boolean> {
  const subject = { secret, callId: "probe", party: "a", device: "probe" } as const;
  const expiresAt = Date.now() + startMs;
  const { username, password } = mintCredential({ ...subject, expiresAt });
  return (await probeRelay({ url, username, credential: password })).outcome === "allocated";
}
