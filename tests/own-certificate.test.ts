import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type ConnectionOptions, connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { examine } from "../apps/server/src/cli/doctor/test-doctor.ts";
import { childrenOf } from "../apps/server/src/cli/test-children.ts";
import { freePort } from "../apps/server/src/cli/test-free-port.ts";
import { type Ringfence, ringfence } from "../apps/server/src/cli/test-ringfence.ts";
import { type Pebble, type PebbleOptions, hasPebble, startPebble } from "./services/pebble.ts";

const patience = { timeout: 30_000, interval: 50 };
const name = "calls.example.org";
const gotOne = /there is a new certificate/;

let directory: string;
let port: number;
let owned: AsyncDisposableStack;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-acme-"));
  port = await freePort();
  owned = new AsyncDisposableStack();
});

afterEach(async () => {
  await owned.disposeAsync();
  await vi.waitFor(() => rmSync(directory, { recursive: true }), patience);
});

async function authority(options: Partial<PebbleOptions> = {}): Promise<Pebble> {
  return owned.use(await startPebble({ tlsPort: port, ...options }));
}

function settingsFor(
  { directoryUrl, rootPath }: Pick<Pebble, "directoryUrl" | "rootPath">,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    HOST: "127.0.0.1",
    PORT: String(port),
    ACME_DOMAIN: name,
    ACME_EMAIL: "operator@example.org",
    ACME_DIRECTORY: directoryUrl,
    NODE_EXTRA_CA_CERTS: rootPath,
    ...more,
  };
}

function start(settings: Record<string, string>): Ringfence {
  const started = ringfence(["start"], { directory, settings });
  owned.defer(async () => {
    started.child.kill("SIGKILL");
    await started.exited();
  });
  return started;
}

async function stop(server: Ringfence): Promise<void> {
  server.child.kill("SIGTERM");
  await server.exited();
}

/** A TLS connection to the one port, as somebody makes it who asks for a name. */
async function shake(options: Pick<ConnectionOptions, "ALPNProtocols" | "maxVersion"> = {}) {
  const socket = connect({
    host: "127.0.0.1",
    port,
    servername: name,
    rejectUnauthorized: false,
    ...options,
  });
  const { promise, resolve } = Promise.withResolvers<X509Certificate | string>();
  socket.on("secureConnect", () => resolve(socket.getPeerX509Certificate() ?? "no certificate"));
  socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  socket.on("close", () => resolve("closed"));
  const outcome = await promise;
  socket.destroy();
  return outcome;
}

async function presented(): Promise<X509Certificate> {
  const certificate = await shake();
  if (typeof certificate === "string") throw new Error(certificate);
  return certificate;
}

async function certificateFault(from: Pick<Pebble, "directoryUrl" | "rootPath">) {
  const examined = await examine({ directory, settings: settingsFor(from) });
  const [fault] = examined.of("certificate");
  expect(fault).toMatchObject({ level: "fault" });
  return { found: fault?.found ?? "", todo: fault?.todo ?? "" };
}

function files(): Record<string, { mode: number; text: string }> {
  const acme = join(directory, "data", "acme");
  const [folder = ""] = readdirSync(acme);
  const paths = readdirSync(join(acme, folder)).map((file) => join(acme, folder, file));
  return Object.fromEntries(
    paths.map((path) => [
      path.slice(path.lastIndexOf("/") + 1),
      { mode: statSync(path).mode & 0o777, text: readFileSync(path, "utf8") },
    ]),
  );
}

describe.skipIf(!hasPebble())("a server with ACME_DOMAIN", { timeout: 120_000 }, () => {
  it("gets its certificate at the first start, and browsers follow it to the authority", async () => {
    const pebble = await authority();
    const server = start(settingsFor(pebble));
    await server.until(gotOne);
    await server.until("relay connected");
    expect(server.said()).toContain(`Ringfence runs at https://${name}`);
    expect(server.said()).toContain("you agree to its terms of service");
    expect(server.said()).toContain("Do%20what%20thou%20wilt");
    const sent = request({
      host: "127.0.0.1",
      port,
      path: "/readyz",
      servername: name,
      headers: { host: name },
      ca: await pebble.certificateRoot(),
    });
    const [answer] = await once(sent.end(), "response");
    expect(await text(answer)).toBe('{"status":"ready"}');
    expect(await shake({ maxVersion: "TLSv1.2" })).toBeInstanceOf(X509Certificate);
  });

  it("keeps key, certificate and account to this user", async () => {
    const server = start(settingsFor(await authority()));
    await server.until(gotOne);
    const kept = files();
    expect(Object.keys(kept).toSorted()).toEqual(["account-key.pem", "certificate.pem"]);
    expect(Object.values(kept).map(({ mode }) => mode)).toEqual([0o600, 0o600]);
  });

  it("has one certificate for several names", async () => {
    const server = start(
      settingsFor(await authority(), { ACME_DOMAIN: `${name}, www.example.org` }),
    );
    await server.until(gotOne);
    const certificate = await presented();
    expect(certificate.checkHost("www.example.org")).toBeDefined();
    expect(certificate.checkHost(name)).toBeDefined();
  });

  it("keeps account and certificate over a restart, and asks for nothing", async () => {
    const pebble = await authority();
    const first = start(settingsFor(pebble));
    await first.until(gotOne);
    const before = files();
    await stop(first);
    const second = start(settingsFor(pebble));
    await second.until("relay connected");
    expect((await presented()).checkHost(name)).toBeDefined();
    expect(files()).toEqual(before);
    expect(second.said()).not.toMatch(/asking for a certificate/);
    expect({ accounts: pebble.accounts(), certificates: pebble.certificates() }).toEqual({
      accounts: 1,
      certificates: 1,
    });
  });

  it("renews one that is near its end while it runs, under the same account", async () => {
    const pebble = await authority({ certificateSeconds: 30 });
    const server = start(settingsFor(pebble));
    await server.until(gotOne);
    const first = await presented();
    await expect
      .poll(async () => (await presented()).serialNumber, { timeout: 60_000, interval: 200 })
      .not.toBe(first.serialNumber);
    expect(first.validToDate.getTime()).toBeGreaterThan(Date.now());
    expect(pebble.accounts()).toBe(1);
  });

  it("asks for another one when the names are others", async () => {
    const pebble = await authority();
    const first = start(settingsFor(pebble));
    await first.until(gotOne);
    await stop(first);
    const second = start(settingsFor(pebble, { ACME_DOMAIN: "talk.example.org" }));
    await second.until(gotOne);
    expect((await presented()).checkHost("talk.example.org")).toBeDefined();
    expect(pebble.accounts()).toBe(1);
  });

  it("loses nothing when it is killed while it asks", async () => {
    const pebble = await authority();
    const server = start(settingsFor(pebble));
    await server.until("asking for a certificate");
    process.kill(childrenOf(server.child.pid).application, "SIGKILL");
    await server.until(gotOne);
    expect((await presented()).checkHost(name)).toBeDefined();
    expect(pebble.accounts()).toBe(1);
  });

  it("answers an authority's protocol to nobody once its name is proven", async () => {
    const server = start(settingsFor(await authority()));
    await server.until(gotOne);
    expect(await shake({ ALPNProtocols: ["acme-tls/1"] })).toMatch(/NO_APPLICATION_PROTOCOL/);
  });
});

describe.skipIf(!hasPebble())("without a certificate yet", { timeout: 120_000 }, () => {
  const nowhere = { directoryUrl: "https://127.0.0.1:1/dir", rootPath: "/dev/null" };

  it("people read why, over HTTP, and are let into nothing", async () => {
    const server = start(settingsFor(nowhere));
    await server.until("acme-unreachable");
    const page = await fetch(`http://127.0.0.1:${port}/messages/@bob`, { redirect: "manual" });
    expect(page.status).toBe(503);
    expect(page.headers.get("retry-after")).toBe("5");
    expect(await page.text()).toContain("This server is getting its certificate");
    const api = await fetch(`http://127.0.0.1:${port}/api/login`, { method: "POST" });
    expect(api.status).toBe(503);
    expect(await shake()).toMatch(/HANDSHAKE_FAILURE|NO_SHARED_CIPHER|ECONNRESET/);
  });

  it("the operator reads what is wrong: in the log, at /readyz and from the doctor", async () => {
    const server = start(settingsFor(nowhere));
    await server.until("relay connected");
    await server.until(
      /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)\. Look whether this machine has DNS/,
    );
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(await ready.json()).toMatchObject({
      reasons: ["certificate: There is none yet: acme-unreachable."],
    });
    const { found, todo } = await certificateFault(nowhere);
    expect(found).toMatch(
      /There is none yet.*cannot be reached \(ECONNREFUSED\).*acme-unreachable/,
    );
    expect(todo).toMatch(/Look whether this machine has DNS .* tried again at \d\d:\d\d/);
  });

  it.each([
    {
      why: "the name leads to another machine",
      // What pebble says of it; Let's Encrypt says `connection`, which is `acme-not-reached`.
      code: "acme-other-server",
      words: "Look whether the A and AAAA records of the name lead to this machine",
      options: {},
      prepare: (pebble: Pebble) => pebble.pointElsewhere(name, "127.0.0.2"),
    },
    {
      why: "the authority refuses the name",
      code: "acme-name-refused",
      words: "gives no certificates for calls.example.org",
      options: { refusedNames: ["example.org"] },
      prepare: async () => {},
    },
  ])("says that $why", async ({ code, words, options, prepare }) => {
    const pebble = await authority(options);
    await prepare(pebble);
    const server = start(settingsFor(pebble));
    await server.until(`"code":"${code}"`);
    expect(server.said()).toContain(words);
    expect((await certificateFault(pebble)).found).toContain(code);
  });

  it("says that another server has the port", async () => {
    const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    owned.defer(() => void other.close());
    const address = other.address();
    const pebble = await authority({
      tlsPort: typeof address === "object" ? (address?.port ?? 0) : 0,
    });
    const server = start(settingsFor(pebble));
    await server.until('"code":"acme-other-server"');
    expect(server.said()).toContain("another program or a proxy takes port 443");
  });

  it("says that this machine does not trust the authority", async () => {
    const pebble = await authority();
    const server = start(settingsFor(pebble, { NODE_EXTRA_CA_CERTS: "" }));
    await server.until('"code":"acme-untrusted"');
    expect(server.said()).toContain("NODE_EXTRA_CA_CERTS");
  });
});
