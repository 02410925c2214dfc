import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { testCertificate } from "./certificate.ts";

const startTimeoutMs = 60_000;
const repository = join(import.meta.dirname, "../..");

/** A whole Ringfence of its own: supervisor, application and relay, on a port of its own. */
export interface RunningServer extends AsyncDisposable {
  origin: string;
  supervisor: ChildProcess;
  dataDirectory: string;
}

export interface ServerOptions {
  /** HOST; 127.0.0.1 where nothing is said. */
  readonly host?: string;
  /** The name or address in its origin; localhost where nothing is said. */
  readonly name?: string;
  /** Speaks TLS with the tests' certificate. */
  readonly hasTls?: boolean;
  /** More settings, by the port that it has. */
  readonly settings?: (port: number) => Record<string, string>;
  /** Starts its programs, in another network where that is wanted. */
  readonly spawn?: Spawn;
}

type Spawn = (command: string, parameters: string[], options: SpawnOptions) => ChildProcess;

export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { host = "127.0.0.1", name = "localhost", spawn: start = spawn } = options;
  const directory = mkdtempSync(join(tmpdir(), "ringfence-browser-"));
  const port = await freePort();
  const tls = options.hasTls === true ? writeCertificate(directory) : undefined;
  const supervisor = start(
    process.execPath,
    [join(repository, "apps/server/src/cli/ringfence.ts"), "start"],
    {
      env: {
        PATH: process.env["PATH"],
        HOST: host,
        PORT: String(port),
        DATA_DIR: join(directory, "data"),
        LOG_LEVEL: "warn",
        // Elsewhere than on this machine accounts are made by invitation.
        ...(host !== "127.0.0.1" && { SIGN_UP: "open" }),
        ...tls,
        ...options.settings?.(port),
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  // Read to the end, or the pipe fills and the server waits for us.
  supervisor.stdout?.resume();
  const origin = `${tls === undefined ? "http" : "https"}://${name}:${port}`;
  const waiting = fileURLToPath(import.meta.resolve("./wait-until-ready.ts"));
  const probe = start(process.execPath, [waiting, origin], {
    env: { NODE_EXTRA_CA_CERTS: tls?.TLS_CERT },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: startTimeoutMs,
  });
  await untilReady(probe, supervisor);
  return {
    origin,
    supervisor,
    dataDirectory: join(directory, "data"),
    async [Symbol.asyncDispose]() {
      if (supervisor.exitCode === null) {
        supervisor.kill("SIGTERM");
        await once(supervisor, "exit");
      }
      rmSync(directory, { recursive: true });
    },
  };
}

function writeCertificate(directory: string): { TLS_CERT: string; TLS_KEY: string } {
  const files = { TLS_CERT: join(directory, "cert.pem"), TLS_KEY: join(directory, "key.pem") };
  writeFileSync(files.TLS_CERT, testCertificate.certificate);
  writeFileSync(files.TLS_KEY, testCertificate.key);
  return files;
}

async function untilReady(probe: ChildProcess, supervisor: ChildProcess): Promise<void> {
  const ended = await Promise.race([
    once(probe, "exit").then(([code]) => (code === 0 ? null : "was not ready in time")),
    once(supervisor, "exit").then(() => "ended before it was ready"),
  ]);
  if (ended === null) return;
  probe.kill();
  supervisor.kill();
  throw new Error(`The server ${ended}.`);
}
