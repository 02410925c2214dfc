import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian's package puts it. */
const natsPath = "/usr/sbin/nats-server";

/** A NATS of the tests' own, on a free loopback port. Disposing of it leaves nothing. */
export interface Nats extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Kills it: whoever is connected is cut off. */
  stop(): Promise<void>;
  /** Starts it again on the same port, after `stop`. */
  start(): Promise<void>;
  /** Stops it in the middle of what it does, with every connection open. */
  freeze(): void;
  /** Lets it go on, after `freeze`. */
  thaw(): void;
}

/** Says why tests that need it are skipped where it is missing. */
export function hasNats(): boolean {
  const isThere = existsSync(natsPath);
  if (!isThere) console.warn("Skipped: there is no NATS (Debian: apt-get install nats-server).");
  return isThere;
}

/** @param settings lines of its own configuration file, such as `authorization { token: "t" }` */
export async function startNats(settings = ""): Promise<Nats> {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-nats-"));
  const file = join(directory, "nats.conf");
  const port = await freePort();
  writeFileSync(file, `listen: "127.0.0.1:${port}"\n${settings}\n`);
  let program = await run(file, port);
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    stop: () => end(program),
    async start() {
      program = await run(file, port);
    },
    freeze: () => void program.kill("SIGSTOP"),
    thaw: () => void program.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await end(program);
      rmSync(directory, { recursive: true });
    },
  };
}

async function run(file: string, port: number): Promise<ChildProcess> {
  const program = spawn(
    // It ends with whoever started it, however that ends.
    "setpriv",
    ["--pdeathsig=KILL", natsPath, "-c", file],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  program.once("error", reject);
  program.once("exit", () => reject(new Error(`NATS did not start:\n${said}`)));
  program.stderr.setEncoding("utf8").on("data", (text: string) => {
    // What it says later is read too, or it would wait for a reader.
    if (said.length < 10_000) said += text;
    if (said.includes("Server is ready")) resolve(undefined);
  });
  await promise;
  await answers(port);
  return program;
}

/** It says that it is ready a moment before it is. */
async function answers(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "data");
  socket.destroy();
}

async function end(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const exited = once(program, "exit");
  program.kill("SIGKILL");
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  server.close();
  await once(server, "close");
  return address.port;
}
