import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { firstCertificate } from "../http/test-certificates.ts";
import { childrenOf, isAlive } from "./test-children.ts";
import { freePort } from "./test-free-port.ts";
import { type Ringfence, ringfence } from "./test-ringfence.ts";

const patience = { timeout: 20_000, interval: 20 };

let directory: string;
let port: number;
let running: Ringfence[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-start-"));
  port = await freePort();
  running = [];
});

afterEach(async () => {
  for (const one of running) {
    one.child.kill("SIGKILL");
    await one.exited();
  }
  // Their children notice and end by themselves.
  await vi.waitFor(() => rmSync(directory, { recursive: true }), patience);
});

function start(parameters: string[] = [], settings: Record<string, string> = {}): Ringfence {
  const started = ringfence(["start", ...parameters], {
    directory,
    settings: { HOST: "127.0.0.1", PORT: String(port), ...settings },
  });
  running.push(started);
  return started;
}

async function isReady(): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  return answer?.ok === true;
}

describe("ringfence start", { timeout: 60_000 }, () => {
  it("runs everything on one port, says where, and ends cleanly", async () => {
    const server = start();
    await server.until(`Ringfence runs at http://localhost:${port}`);
    await vi.waitUntil(isReady, patience);
    const children = Object.values(childrenOf(server.child.pid));
    server.child.kill("SIGINT");
    expect(await server.exited()).toBe(0);
    expect(server.said()).not.toMatch(/\bat .*:\d+:\d+/);
    expect(children.filter(isAlive)).toEqual([]);
  });

  it("serves HTTPS with a certificate, and its relay finds it", async () => {
    const files = { TLS_CERT: join(directory, "tls.crt"), TLS_KEY: join(directory, "tls.key") };
    writeFileSync(files.TLS_CERT, firstCertificate.certificate);
    writeFileSync(files.TLS_KEY, firstCertificate.key);
    const server = start([], files);
    await server.until(`Ringfence runs at https://localhost:${port}`);
    await server.until("relay connected");
    const sent = request({ host: "127.0.0.1", port, path: "/readyz", rejectUnauthorized: false });
    const [answer] = await once(sent.end(), "response");
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  it("keeps its data to this user", async () => {
    const server = start();
    await server.until("Ringfence runs at");
    expect(statSync(join(directory, "data")).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "data", "relay-secret")).mode & 0o777).toBe(0o600);
  });

  it("starts the application again when it is killed, and leaves the relay alone", async () => {
    const server = start();
    await server.until("Ringfence runs at");
    await vi.waitUntil(isReady, patience);
    const before = childrenOf(server.child.pid);
    process.kill(before.application, "SIGKILL");
    await server.until(/"process":"application","why":"SIGKILL"/);
    await vi.waitUntil(isReady, patience);
    const after = childrenOf(server.child.pid);
    expect(after.relay).toBe(before.relay);
    expect(after.application).not.toBe(before.application);
  });

  it("starts the relay again when it is killed, and leaves the application alone", async () => {
    const server = start();
    await server.until("Ringfence runs at");
    await vi.waitUntil(isReady, patience);
    const before = childrenOf(server.child.pid);
    process.kill(before.relay, "SIGKILL");
    await vi.waitUntil(() => isAlive(childrenOf(server.child.pid).relay), patience);
    await vi.waitUntil(isReady, patience);
    expect(childrenOf(server.child.pid).application).toBe(before.application);
  });

  it("leaves no process behind when it is killed itself", async () => {
    const server = start();
    await server.until("Ringfence runs at");
    const children = Object.values(childrenOf(server.child.pid));
    server.child.kill("SIGKILL");
    await vi.waitUntil(() => !children.some(isAlive), patience);
    const next = start();
    await next.until("Ringfence runs at");
    expect(children.filter(isAlive)).toEqual([]);
  });

  it("ends when it is told to before it is ready", async () => {
    const server = start();
    await vi.waitUntil(() => isAlive(childrenOf(server.child.pid).application), patience);
    server.child.kill("SIGTERM");
    expect(await server.exited()).toBe(0);
  });

  it("ends at once when it is told to a second time", async () => {
    const server = start();
    await server.until("Ringfence runs at");
    const { application, relay } = childrenOf(server.child.pid);
    process.kill(application, "SIGSTOP");
    server.child.kill("SIGINT");
    await server.until('"msg":"stopping"');
    server.child.kill("SIGINT");
    expect(await server.exited()).toBe(130);
    await vi.waitUntil(() => !isAlive(application) && !isAlive(relay), patience);
  });

  it("reads settings from .env, and the environment wins", async () => {
    writeFileSync(join(directory, ".env"), "DATA_DIR=./kept\nPORT=1\n");
    const server = start();
    await server.until("Everything is kept in ./kept");
    expect(await vi.waitUntil(isReady, patience)).toBe(true);
  });

  it("works where the data directory lies too deep for a unix socket", async () => {
    const deep = join(directory, "a".repeat(60), "b".repeat(60));
    mkdirSync(deep, { recursive: true });
    const server = start([], { DATA_DIR: deep });
    await server.until("Ringfence runs at");
    expect(await vi.waitUntil(isReady, patience)).toBe(true);
  });
});

describe("a demonstration", { timeout: 60_000 }, () => {
  it("prints links that lead two people into their conversation", async () => {
    const server = start(["--demo"]);
    await server.until("Each link works once");
    const links = server.said().match(/http:\S+\/enter#\S+/g) ?? [];
    const origin = `http://localhost:${port}`;
    const places = await Promise.all(
      links.map(async (link) => {
        const answer = await fetch(`${origin}/api/login/link`, {
          method: "POST",
          headers: { origin, "content-type": "application/json" },
          body: JSON.stringify({ token: new URL(link).hash.slice(1) }),
        });
        return ((await answer.json()) as { goTo: string }).goTo;
      }),
    );
    expect(places).toEqual(["/messages/@bob", "/messages/@alice"]);
  });

  it("does not move in with a server that people use", async () => {
    const server = start();
    await server.until("Ringfence runs at");
    server.child.kill("SIGTERM");
    await server.exited();
    const demo = start(["--demo"], { DATA_DIR: "./data" });
    expect(await demo.exited()).toBe(1);
    expect(demo.said()).toContain("holds a server that is no demonstration");
  });
});

describe("a start that cannot be", { timeout: 60_000 }, () => {
  it("is refused on settings that contradict each other, with a sentence", async () => {
    const server = start([], { TLS_CERT: "/c.pem" });
    expect(await server.exited()).toBe(1);
    expect(server.said()).toBe("TLS_CERT and TLS_KEY belong together: set both, or neither.\n");
  });

  it("is refused on a data directory in use", async () => {
    const server = start();
    await server.until("Ringfence runs at");
    const second = start([], { PORT: String(await freePort()) });
    expect(await second.exited()).toBe(1);
    expect(second.said()).toBe(
      "Ringfence already runs on ./data. Stop it first, or give this one its own DATA_DIR and PORT.\n",
    );
  });

  it("is refused on a TCP port in use", async () => {
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    const server = start();
    expect(await server.exited()).toBe(1);
    expect(server.said()).toContain(`Port ${port} is in use by another program.`);
    expect(server.said()).not.toMatch(/\bat .*:\d+:\d+/);
    other.close();
  });

  it("is refused on a UDP port in use", async () => {
    const other = createSocket("udp4").bind(port, "127.0.0.1");
    await once(other, "listening");
    const server = start();
    expect(await server.exited()).toBe(1);
    expect(server.said()).toContain(`UDP port ${port} is taken by another program.`);
    other.close();
  });

  it("is refused on a database of a newer version, which stays as it is", async () => {
    const first = start();
    await first.until("Ringfence runs at");
    first.child.kill("SIGTERM");
    await first.exited();
    const database = new DatabaseSync(join(directory, "data", "ringfence.sqlite"));
    database.exec("INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2040-01-01')");
    database.close();
    const older = start();
    expect(await older.exited()).toBe(1);
    expect(older.said()).toContain("written by a newer version of Ringfence");
  });
});
