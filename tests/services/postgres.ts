import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Where Debian's packages put each version's programs. */
const debianVersions = "/usr/lib/postgresql";

/** The database that a fresh server has for whoever wants no other. */
const firstDatabase = "postgres";

/** Durable is what a test is not: its server is gone with it. */
const settings = {
  listen_addresses: "127.0.0.1",
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  autovacuum: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_connections: "300",
  shared_buffers: "64MB",
};

/** Everybody of this machine is let in; `guarded` needs a password. */
const clientAuthentication = `
local all all                       trust
host  all guarded 127.0.0.1/32      scram-sha-256
host  all all     127.0.0.1/32      trust
`;

/** A PostgreSQL of the tests' own, on a free loopback port. Disposing of it leaves nothing. */
export interface Postgres extends AsyncDisposable {
  /** An empty database. Its user may do everything, such as make databases. */
  readonly url: string;
  /** Ends it as `systemctl stop` does: whoever is connected is cut off. */
  stop(): Promise<void>;
  /** Starts it again on the same port, after `stop`. */
  start(): Promise<void>;
}

/** The program, where it is or would be. */
export function postgresPath(): string {
  const versions = existsSync(debianVersions) ? readdirSync(debianVersions) : [];
  const paths = versions
    .toSorted((one, other) => Number(other) - Number(one))
    .map((version) => join(debianVersions, version, "bin/postgres"));
  return paths.find((path) => existsSync(path)) ?? join(debianVersions, "bin/postgres");
}

/** Says why tests that need it are skipped where it is missing. */
export function hasPostgres(): boolean {
  const isThere = existsSync(postgresPath());
  if (!isThere)
    console.warn("Skipped: there is no PostgreSQL (Debian: apt-get install postgresql).");
  return isThere;
}

/** @param changed settings that differ from those of the tests */
export async function startPostgres(
  changed: Readonly<Record<string, string>> = {},
): Promise<Postgres> {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-postgres-"));
  const user = unprivilegedUser();
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  const cluster = join(directory, "cluster");
  await promisify(execFile)(
    join(postgresPath(), "../initdb"),
    ["-D", cluster, "-U", "ringfence", "--auth=trust", "--no-sync", "--locale=C", "-E", "UTF8"],
    { cwd: directory, ...user },
  );
  writeFileSync(join(cluster, "pg_hba.conf"), clientAuthentication);
  const port = await freePort();
  const run = () => startProgram({ directory, cluster, port, user, changed });
  let program = await run();
  return {
    url: `postgres://ringfence@127.0.0.1:${port}/${firstDatabase}`,
    stop: () => end(program, "SIGINT"),
    async start() {
      program = await run();
    },
    async [Symbol.asyncDispose]() {
      await end(program, "SIGQUIT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface Place {
  directory: string;
  cluster: string;
  port: number;
  user: { uid: number; gid: number } | undefined;
  changed: Readonly<Record<string, string>>;
}

async function startProgram({
  directory,
  cluster,
  port,
  user,
  changed,
}: Place): Promise<ChildProcess> {
  const parameters = Object.entries({
    ...settings,
    ...changed,
    port,
    unix_socket_directories: directory,
  });
  const program = spawn(
    // It ends with whoever started it, however that ends.
    "setpriv",
    [
      "--pdeathsig=QUIT",
      ...(user === undefined
        ? []
        : [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"]),
      postgresPath(),
      "-D",
      cluster,
      ...parameters.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    { cwd: directory, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  program.once("error", reject);
  program.once("exit", () => reject(new Error(`PostgreSQL did not start:\n${said}`)));
  program.stderr.setEncoding("utf8").on("data", (text: string) => {
    // What it says later is read too, or it would wait for a reader.
    if (said.length < 10_000) said += text;
    if (said.includes("ready to accept connections")) resolve(undefined);
  });
  await promise;
  return program;
}

async function end(program: ChildProcess, signal: "SIGINT" | "SIGQUIT"): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const exited = once(program, "exit");
  program.kill(signal);
  await exited;
}

/** PostgreSQL refuses to run as root; its package makes a user for it. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ["-u", "-g"].map((option) => Number(execFileSync("id", [option, "postgres"])));
  if (uid === undefined || gid === undefined) return undefined;
  return { uid, gid };
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
