import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { firstCertificate } from "../../apps/server/src/http/test-certificates.ts";
import { type OwnProgram, hasProgram, runProgram } from "./own-program.ts";

const documents = join(import.meta.dirname, "../../docs/proxy");
const nginxPath = "/usr/sbin/nginx";
const streamModulePath = "/usr/lib/nginx/modules/ngx_stream_module.so";
const caddyPath = "/usr/bin/caddy";
const patience = { timeout: 20_000, interval: 50 };

/** A reverse proxy as docs/proxy has it, but for ports and paths. Disposing of it leaves nothing. */
export interface Proxy extends AsyncDisposable {
  /** What stands for its port 443. */
  readonly port: number;
  /** Everything it writes is in here. */
  readonly directory: string;
  said(): string;
}

export interface ProxyKind {
  readonly name: string;
  isThere(): boolean;
  /** @param serverPort where Ringfence listens on 127.0.0.1 */
  start(serverPort: number): Promise<Proxy>;
  /** Whether the relay can be reached over TLS on its port 443, too. */
  readonly carriesRelay: boolean;
}

const hasNginx = () => hasProgram(nginxPath, "nginx", "nginx");

export const proxyKinds: readonly ProxyKind[] = [
  {
    name: "nginx",
    carriesRelay: false,
    isThere: hasNginx,
    start: (serverPort) => startNginx(serverPort, { site: "nginx.conf" }),
  },
  {
    name: "nginx with the relay on its port",
    carriesRelay: true,
    isThere: () =>
      hasNginx() && hasProgram(streamModulePath, "stream module of nginx", "libnginx-mod-stream"),
    start: (serverPort) =>
      startNginx(serverPort, {
        site: "nginx-relay-on-443-site.conf",
        stream: "nginx-relay-on-443-stream.conf",
      }),
  },
  {
    name: "Caddy",
    carriesRelay: false,
    isThere: () => hasProgram(caddyPath, "Caddy", "caddy"),
    start: startCaddy,
  },
];

async function startNginx(
  serverPort: number,
  { site, stream }: { site: string; stream?: string },
): Promise<Proxy> {
  const directory = makeDirectory();
  const port = await freePort();
  const places = {
    8480: serverPort,
    8443: await freePort(),
    8444: await freePort(),
    "/etc/ssl/calls": directory,
    "/var/log/nginx": directory,
  };
  const read = (name: string) =>
    // One address family will do, and not every machine has the other.
    replaceAll(readFileSync(join(documents, name), "utf8"), places)
      .replaceAll(/^ *listen \[::\].*\n/gm, "")
      .replaceAll(/listen 443\b/g, `listen 127.0.0.1:${port}`);
  writeFileSync(join(directory, "fullchain.pem"), firstCertificate.certificate);
  writeFileSync(join(directory, "privkey.pem"), firstCertificate.key);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    join(directory, "all.conf"),
    `${stream === undefined ? "" : `load_module ${streamModulePath};`}
    daemon off;
    pid ${directory}/nginx.pid;
    error_log ${directory}/error.log;
    worker_processes 1;
    events {}
    http {
      access_log ${directory}/access.log;
      ${temporary.map((name) => `${name}_temp_path ${directory}/${name};`).join("\n")}
      ${read(site)}
    }
    ${stream === undefined ? "" : read(stream)}`,
  );
  const program = runProgram(nginxPath, ["-p", directory, "-c", "all.conf"], { directory });
  return untilOpen(program, { port, directory });
}

async function startCaddy(serverPort: number): Promise<Proxy> {
  const directory = makeDirectory();
  const port = await freePort();
  const site = readFileSync(join(documents, "Caddyfile"), "utf8");
  writeFileSync(
    join(directory, "Caddyfile"),
    // An authority of its own in place of Let's Encrypt, and other ports.
    `{
      admin off
      local_certs
      skip_install_trust
      auto_https disable_redirects
      https_port ${port}
      http_port ${await freePort()}
      storage file_system ${directory}/storage
    }
    ${replaceAll(site, { 8480: serverPort })}`,
  );
  const program = runProgram(
    caddyPath,
    ["run", "--config", "Caddyfile", "--adapter", "caddyfile"],
    {
      directory,
    },
  );
  return untilOpen(program, { port, directory });
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-proxy-"));
  mkdirSync(join(directory, "storage"));
  return directory;
}

function replaceAll(text: string, places: Readonly<Record<string, string | number>>): string {
  const names = Object.keys(places).map((name) => `${name}\\b`);
  return text.replaceAll(new RegExp(names.join("|"), "g"), (name) => String(places[name]));
}

async function untilOpen(
  program: OwnProgram,
  { port, directory }: { port: number; directory: string },
): Promise<Proxy> {
  const [connected, refused] = [true, false];
  const isOpen = async () => {
    const socket = connect(port, "127.0.0.1");
    const outcome = await Promise.race([
      once(socket, "connect").then(() => connected),
      once(socket, "close").then(() => refused),
    ]).catch(() => refused);
    socket.destroy();
    return outcome;
  };
  await expect.poll(isOpen, { ...patience, message: program.said() }).toBe(true);
  return {
    port,
    directory,
    said: () => program.said(),
    async [Symbol.asyncDispose]() {
      // nginx has a worker, which ends with its master when that is asked.
      const closed = once(program.process, "close");
      program.process.kill("SIGTERM");
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
