import { type RemoteInfo, createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type Server, createServer, request } from "node:http";
import { type AddressInfo, type Socket, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { firstCertificate } from "../../http/test-certificates.ts";
import { startCoturn, whyNoCoturn } from "../test-coturn.ts";
import { freePort } from "../test-free-port.ts";
import { type Ringfence, ringfence } from "../test-ringfence.ts";
import { type Examination, examine, faultIn } from "./test-doctor.ts";
import { expiredCertificate } from "./test-faulty-certificates.ts";

const patience = { timeout: 20_000, interval: 50 };
const secret = "a secret for the doctor's tests";

let directory: string;
let port: number;
let running: Ringfence[];
let resources: AsyncDisposableStack;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-doctor-"));
  port = await freePort();
  running = [];
  resources = new AsyncDisposableStack();
});

afterEach(async () => {
  await resources.disposeAsync();
  for (const one of running) {
    one.child.kill("SIGKILL");
    await one.exited();
  }
  // Their children notice and end by themselves.
  await vi.waitFor(() => rmSync(directory, { recursive: true }), patience);
});

const base = () => ({ HOST: "127.0.0.1", PORT: String(port) });

/** A server with these settings that people could use, and what the doctor says beside it. */
async function examineBeside(
  settings: Record<string, string> = {},
  doctorsOwn: Record<string, string> = {},
): Promise<Examination> {
  const server = ringfence(["start"], { directory, settings: { ...base(), ...settings } });
  running.push(server);
  await server.until("Ringfence runs at");
  await server.until("relay connected");
  return examine({ directory, settings: { ...base(), ...settings, ...doctorsOwn } });
}

/** Hands requests to the server as a reverse proxy does, and badly where a test wants that. */
interface ProxyFaults {
  change?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
  upgrades?: "passed" | "refused" | "kept-back";
}

async function startProxy({ change = (headers) => headers, upgrades = "passed" }: ProxyFaults) {
  const proxy = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const forwarded = change({
      ...headers,
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-proto": "http",
    });
    const asked = request(
      { host: "127.0.0.1", port, method, path: url, headers: forwarded },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    asked.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(asked);
  });
  if (upgrades !== "refused") {
    proxy.on("upgrade", ({ url, headers }, socket: Socket) => {
      const upstream = connect(port, "127.0.0.1");
      const lines = Object.entries(change(headers)).map(
        ([name, value]) => `${name}: ${String(value)}`,
      );
      upstream.write(`GET ${url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      if (upgrades === "passed") upstream.pipe(socket);
      // What comes behind the answer to the upgrade is kept back, as by a buffer that never fills.
      else upstream.once("data", (bytes) => socket.write(headOf(bytes)));
      socket.pipe(upstream);
      for (const end of [socket, upstream]) {
        end.on("error", () => {});
        end.on("close", () => {
          socket.destroy();
          upstream.destroy();
        });
      }
    });
  } else {
    // A proxy that does not know upgrades hands the request on without the header.
    proxy.on("upgrade", (_, socket: Socket) => {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    });
  }
  return listenOn(proxy);
}

function headOf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.indexOf("\r\n\r\n") + 4);
}

async function listenOn(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  resources.defer(async () => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** Leads UDP to the relay, on a port of which TCP is closed. */
async function forwardUdp(): Promise<number> {
  const forwarder = createSocket("udp4");
  let client: RemoteInfo | undefined;
  forwarder.on("message", (bytes, from) => {
    if (from.port !== port) client = from;
    const to = from.port === port ? client?.port : port;
    if (to !== undefined) forwarder.send(bytes, to, "127.0.0.1");
  });
  forwarder.bind(await freePort(), "127.0.0.1");
  await once(forwarder, "listening");
  resources.defer(async () => void forwarder.close());
  return forwarder.address().port;
}

type Change = NonNullable<ProxyFaults["change"]>;
const fromInside: Change = (headers) => ({ ...headers, origin: "http://inside" });
const toInside: Change = (headers) => ({ ...headers, host: "inside" });
const overNothing: Change = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "x-forwarded-proto"));
const overHttps: Change = (headers) => ({ ...headers, "x-forwarded-proto": "https" });

const behindProxy = (origin: string) => ({ PUBLIC_ORIGIN: origin, TRUST_PROXY: "1" });

describe("the doctor beside a server", { timeout: 90_000 }, () => {
  it("finds everything well, where it is", async () => {
    const examined = await examineBeside();
    expect(examined.findings.filter(({ level }) => level === "fault")).toEqual([]);
    expect(examined.exitCode).toBe(0);
    expect(examined.of("server")).toMatchObject([{ level: "good" }]);
    expect(examined.of("web")).toMatchObject([{ level: "good" }]);
    expect(examined.of("websocket")).toMatchObject([{ level: "good" }]);
    expect(examined.of("database")).toMatchObject([{ level: "good" }]);
    expect(examined.of("relay").map(({ level }) => level)).toEqual(["good", "good"]);
  });

  it("finds a proxy well that does what it should", async () => {
    const examined = await examineBeside(behindProxy(await startProxy({})));
    expect(examined.findings.filter(({ level }) => level !== "good")).toEqual([]);
    expect(examined.of("proxy")).toMatchObject([{ level: "good" }]);
  });

  it("finds TLS well where its authority is known, over all three ways", async () => {
    const files = writePair(firstCertificate);
    const examined = await examineBeside(files, { NODE_EXTRA_CA_CERTS: files.TLS_CERT });
    expect(examined.findings.filter(({ level }) => level === "fault")).toEqual([]);
    expect(examined.of("relay").map(({ found }) => found)).toEqual([
      expect.stringMatching(/over UDP answers/),
      expect.stringMatching(/over TCP answers/),
      expect.stringMatching(/over TLS answers/),
    ]);
  });
});

describe("the doctor beside a server with other relays than its own", { timeout: 90_000 }, () => {
  it("counts them by their groups, and asks each where browsers find it", async () => {
    const relayPort = await freePort();
    const settings = { RELAY_SECRET: secret, RELAY_GROUP: "north" };
    const relay = ringfence(["relay"], {
      directory,
      settings: {
        ...settings,
        HOST: "127.0.0.1",
        PORT: String(relayPort),
        RELAY_GROUP: "south",
        RELAY_CONTROL: `ws://127.0.0.1:${port}/relay-control`,
        RELAY_PUBLIC_URLS: `turn:127.0.0.1:${relayPort}?transport=udp`,
      },
    });
    running.push(relay);
    const examined = await examineBeside(settings);
    await relay.until("relay control connected");
    const both = await examine({ directory, settings: { ...base(), ...settings } });
    expect(
      [...examined.findings, ...both.findings].filter(({ level }) => level === "fault"),
    ).toEqual([]);
    const lines = both.of("relay").map(({ found }) => found);
    expect(lines[0]).toBe("2 relays are connected: 1 in the group north, 1 in the group south.");
    expect(lines.join()).toContain(`The relay at 127.0.0.1:${relayPort} over UDP answers`);
    expect(lines).toHaveLength(4);
  });

  it("says what is lost where calls go over a coturn", async ({ skip }) => {
    const reason = whyNoCoturn();
    if (reason !== null) console.log(`Skipped: ${reason}`);
    skip(reason !== null, reason ?? "");
    await using coturn = await startCoturn(secret);
    const examined = await examineBeside({ RELAY_SECRET: secret, RELAY_URLS: coturn.url });
    expect(examined.of("relay")).toMatchObject([
      { level: "warning", found: expect.stringMatching(/does not hear when a call ends/) },
    ]);
    expect(examined.exitCode).toBe(0);
  });
});

describe("the doctor names what keeps people out", { timeout: 90_000 }, () => {
  it("a PUBLIC_ORIGIN that leads nowhere", async () => {
    const settings = { PUBLIC_ORIGIN: "http://calls.invalid" };
    expect(faultIn(await examineBeside(settings), "address")).toMatch(
      /calls\.invalid .*leads nowhere/,
    );
  });

  it("a port that is closed", async () => {
    const settings = { PUBLIC_ORIGIN: `http://localhost:${await freePort()}` };
    expect(faultIn(await examineBeside(settings), "web")).toMatch(/TCP port \d+ is closed/);
  });

  it("a PUBLIC_ORIGIN where something else answers", async () => {
    const origin = await listenOn(createServer((_, response) => response.end("hello")));
    expect(faultIn(await examineBeside({ PUBLIC_ORIGIN: origin }), "web")).toMatch(
      /Something else/,
    );
  });

  it("a PUBLIC_ORIGIN that sends people on", async () => {
    const elsewhere = createServer((_, response) =>
      response.writeHead(301, { location: "https://calls.example.org/" }).end(),
    );
    const settings = { PUBLIC_ORIGIN: await listenOn(elsewhere) };
    expect(faultIn(await examineBeside(settings), "web")).toMatch(
      /sends people on to https:\/\/calls/,
    );
  });

  it("a proxy that does not reach the server", async () => {
    const broken = createServer((_, response) => response.writeHead(502).end());
    const settings = behindProxy(await listenOn(broken));
    expect(faultIn(await examineBeside(settings), "web")).toMatch(
      /does not reach this server \(502\)/,
    );
  });

  it("a certificate that browsers do not know, or that expired meanwhile", async () => {
    expect(faultIn(await examineBeside(writePair(firstCertificate)), "certificate")).toMatch(
      /signed by itself/,
    );
    running.at(-1)?.child.kill("SIGKILL");
    port = await freePort();
    const expired = writePair(expiredCertificate);
    const examined = await examineBeside(expired, { NODE_EXTRA_CA_CERTS: expired.TLS_CERT });
    expect(faultIn(examined, "certificate")).toMatch(/^It expired on 2025-02-01/);
  });

  it("a proxy that does not pass WebSockets", async () => {
    const settings = behindProxy(await startProxy({ upgrades: "refused" }));
    expect(faultIn(await examineBeside(settings), "websocket")).toMatch(
      /request to upgrade is lost/,
    );
  });

  it("a proxy that keeps back what the server says", async () => {
    const settings = behindProxy(await startProxy({ upgrades: "kept-back" }));
    expect(faultIn(await examineBeside(settings), "websocket")).toMatch(
      /keeps back what this server says/,
    );
  });

  it("a proxy that changes Origin", async () => {
    const examined = await examineBeside(behindProxy(await startProxy({ change: fromInside })));
    expect(faultIn(examined, "proxy")).toMatch(/makes Origin: http:\/\/inside/);
    expect(faultIn(examined, "websocket")).toMatch(/refused \(403\)/);
  });

  it("a proxy while TRUST_PROXY is 0", async () => {
    const settings = { PUBLIC_ORIGIN: await startProxy({}) };
    expect(faultIn(await examineBeside(settings), "proxy")).toMatch(/TRUST_PROXY is 0/);
  });

  it("a proxy at another address than TRUST_PROXY names", async () => {
    const settings = { PUBLIC_ORIGIN: await startProxy({}), TRUST_PROXY: "10.0.0.5" };
    expect(faultIn(await examineBeside(settings), "proxy")).toMatch(/does not believe the proxy/);
  });

  it("no proxy while TRUST_PROXY is 1", async () => {
    expect(faultIn(await examineBeside({ TRUST_PROXY: "1" }), "proxy")).toMatch(/X-Forwarded-For/);
  });

  it("a proxy that says another scheme than people use", async () => {
    const settings = behindProxy(await startProxy({ change: overHttps }));
    expect(faultIn(await examineBeside(settings), "proxy")).toMatch(/people come over https/);
  });

  it("a proxy that does not say which scheme people use", async () => {
    const settings = behindProxy(await startProxy({ change: overNothing }));
    expect(faultIn(await examineBeside(settings), "proxy")).toMatch(
      /^The proxy does not say .* X-Forwarded-Proto is missing\.$/,
    );
  });

  it("a proxy that changes Host, which keeps nobody out", async () => {
    const examined = await examineBeside(behindProxy(await startProxy({ change: toInside })));
    expect(examined.of("proxy")).toMatchObject([
      { level: "warning", found: expect.stringMatching(/asks this server for inside in place/) },
    ]);
    expect(examined.exitCode).toBe(0);
  });
});

describe("the doctor names what keeps calls from people", { timeout: 90_000 }, () => {
  it("UDP that is blocked, while TCP gets through", async () => {
    // A port of which TCP leads to the relay and UDP to nobody, as behind many a firewall.
    const tcp = createTcpServer((socket) => {
      const relay = connect(port, "127.0.0.1");
      socket.pipe(relay).pipe(socket);
      for (const end of [socket, relay]) end.on("error", () => {});
    });
    const { port: open } = new URL(await listenOn(tcp));
    const urls = ["udp", "tcp"].map((way) => `turn:127.0.0.1:${open}?transport=${way}`).join(",");
    const settings = { RELAY_SECRET: secret, RELAY_URLS: urls };
    const examined = await examineBeside(settings);
    expect(faultIn(examined, "relay")).toMatch(/over UDP cannot be reached/);
    expect(examined.of("relay").map(({ level }) => level)).toEqual(["fault", "good"]);
  });

  it("TCP that is closed, while UDP gets through", async () => {
    const open = await forwardUdp();
    const urls = ["udp", "tcp"].map((way) => `turn:127.0.0.1:${open}?transport=${way}`).join(",");
    const examined = await examineBeside({ RELAY_SECRET: secret, RELAY_URLS: urls });
    expect(faultIn(examined, "relay")).toMatch(/over TCP cannot be reached \(ECONNREFUSED\)/);
    expect(examined.of("relay").map(({ level }) => level)).toEqual(["good", "fault"]);
  });

  it("a relay of the operator's with another RELAY_SECRET", async () => {
    const relayPort = await freePort();
    const relay = ringfence(["relay"], {
      directory,
      settings: {
        HOST: "127.0.0.1",
        PORT: String(relayPort),
        RELAY_SECRET: "another secret than the server's",
      },
    });
    running.push(relay);
    await relay.until("relay listening");
    const settings = {
      RELAY_SECRET: secret,
      RELAY_URLS: `turn:127.0.0.1:${relayPort}?transport=udp`,
    };
    expect(faultIn(await examineBeside(settings), "relay")).toMatch(
      /does not take the credentials .*\(401\)/,
    );
  });

  it("a RELAY_SECRET that is not the running server's", async () => {
    const examined = await examineBeside({}, { RELAY_SECRET: secret });
    expect(faultIn(examined, "server")).toMatch(/does not know the RELAY_SECRET/);
  });

  it("a PORT that is not the running server's", async () => {
    const examined = await examineBeside({}, { PORT: String(await freePort()) });
    expect(faultIn(examined, "server")).toMatch(/does not answer on port/);
  });
});

function writePair({ certificate, key }: { certificate: string; key: string }) {
  const files = { TLS_CERT: join(directory, "tls.crt"), TLS_KEY: join(directory, "tls.key") };
  writeFileSync(files.TLS_CERT, certificate);
  writeFileSync(files.TLS_KEY, key);
  return files;
}
