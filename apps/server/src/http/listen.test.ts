import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server as HttpServer, createServer, request } from "node:http";
import { request as requestTls } from "node:https";
import { type AddressInfo, type Socket, connect, createServer as createTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ListenParts, type Listening, listen } from "./listen.ts";
import { firstCertificate, secondCertificate } from "./test-certificates.ts";

const stunHeader = Uint8Array.of(0x00, 0x03, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42);

let scratch: string;
let open: AsyncDisposable[];
let clients: Socket[];

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "ringfence-listen-"));
  open = [];
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  for (const one of open) await one[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true });
});

/** A server that answers with how it was reached and the length of what it was sent. */
function echoServer(): HttpServer {
  return createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const scheme = "encrypted" in incoming.socket ? "https" : "http";
      response.end(`${scheme} ${incoming.url} ${body.length}`);
    });
  });
}

async function start(parts: Partial<ListenParts> = {}): Promise<Listening> {
  const listening = await listen({
    host: "127.0.0.1",
    port: 0,
    tls: undefined,
    trustProxy: false,
    httpServer: echoServer(),
    bridge: answerAsRelay,
    log: { warn: () => {} },
    ...parts,
  });
  open.push(listening);
  return listening;
}

/** Says how many bytes it was given first, then sends back whatever follows. */
function answerAsRelay(socket: Socket, firstBytes: Uint8Array): void {
  socket.write(`relay ${firstBytes.length} `);
  socket.pipe(socket);
}

function writePair({ certificate, key }: typeof firstCertificate) {
  const tls = { certificatePath: join(scratch, "tls.crt"), keyPath: join(scratch, "tls.key") };
  writeFileSync(tls.certificatePath, certificate);
  writeFileSync(tls.keyPath, key);
  return tls;
}

async function post(port: number, body: string, scheme = "http"): Promise<string> {
  const options = { host: "127.0.0.1", port, method: "POST", path: "/p" };
  const sent =
    scheme === "http" ? request(options) : requestTls({ ...options, rejectUnauthorized: false });
  sent.end(body);
  const [response] = await once(sent, "response");
  return await text(response);
}

async function nextText(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, "data");
  return String(chunk);
}

/** A connection that says nothing yet, from an address of this machine. */
async function come(port: number, localAddress = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  socket.on("error", () => {});
  clients.push(socket);
  await once(socket, "connect");
  return socket;
}

/** Whether the server takes what a connection says, or has closed it. */
async function isTaken(socket: Socket): Promise<boolean> {
  const heard = Promise.race([
    once(socket, "data").then(() => true),
    once(socket, "close").then(() => false),
  ]);
  socket.write(stunHeader);
  return await heard;
}

async function comeAndSpeak(port: number, localAddress?: string): Promise<boolean> {
  return await isTaken(await come(port, localAddress));
}

describe("the one port", () => {
  it("gives a request to the web server, whole, however large", async () => {
    const { port } = await start();
    const body = "x".repeat(3_000_000);
    expect(await post(port, body)).toBe("http /p 3000000");
  });

  it("gives a request that comes byte by byte to the web server", async () => {
    const { port } = await start();
    const socket = connect(port, "127.0.0.1");
    for (const character of "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") {
      socket.write(character);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await text(socket)).toContain("http /slow 0");
  });

  it("gives a TURN client to the relay with the bytes that were read", async () => {
    const { port } = await start();
    const socket = connect(port, "127.0.0.1");
    socket.write(stunHeader);
    expect(await nextText(socket)).toBe("relay 8 ");
    socket.write("more");
    expect(await nextText(socket)).toBe("more");
    socket.destroy();
  });

  it("loses nothing when the relay is slow to take a client", async () => {
    const taken = Promise.withResolvers<{ socket: Socket; firstBytes: Uint8Array }>();
    const { port } = await start({
      bridge: (socket, firstBytes) => taken.resolve({ socket, firstBytes }),
    });
    const client = connect(port, "127.0.0.1");
    client.write(stunHeader);
    const { socket, firstBytes } = await taken.promise;
    await new Promise((resolve) => client.write("late", resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect([...firstBytes]).toEqual([...stunHeader]);
    const late = nextText(socket);
    socket.resume();
    expect(await late).toBe("late");
    client.destroy();
  });

  it("takes a relay client and a browser at the same time", async () => {
    const { port } = await start();
    const turn = connect(port, "127.0.0.1");
    turn.write(stunHeader);
    expect(await Promise.all([nextText(turn), post(port, "x")])).toEqual(["relay 8 ", "http /p 1"]);
    turn.destroy();
  });

  it("survives a client that resets the connection before it says anything", async () => {
    const { port } = await start();
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.resetAndDestroy();
    expect(await post(port, "x")).toBe("http /p 1");
  });

  it("ends a request whose headers never come to an end", async () => {
    const httpServer = createServer({ headersTimeout: 50, connectionsCheckingInterval: 20 });
    const { port } = await start({ httpServer });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
    expect(await text(socket)).toContain("408");
  });

  it("listens on both address families", async () => {
    const { port } = await start({ host: "::" });
    for (const host of ["127.0.0.1", "::1"]) {
      const sent = request({ host, port, path: "/" }).end();
      const [response] = await once(sent, "response");
      expect(await text(response)).toBe("http / 0");
    }
  });

  it("closes although a browser holds connections open, silent or idle", async () => {
    const { port } = await start();
    const silent = connect(port, "127.0.0.1");
    const idle = connect(port, "127.0.0.1");
    idle.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await nextText(idle);
    const ended = Promise.all([once(silent, "close"), once(idle, "close")]);
    silent.resume();
    idle.resume();
    await open.pop()?.[Symbol.asyncDispose]();
    await ended;
    const late = connect(port, "127.0.0.1");
    await expect(once(late, "connect")).rejects.toThrow("ECONNREFUSED");
  });
});

describe("the one port, with many connections open", () => {
  const few = { openConnectionsMax: 100, openConnectionsPerSourceMax: 3 };

  it("closes at once what one source opens beyond its share, and takes another's", async () => {
    const { port } = await start({ limits: few });
    for (let count = 0; count < 3; count++) expect(await comeAndSpeak(port)).toBe(true);
    expect(await comeAndSpeak(port)).toBe(false);
    expect(await comeAndSpeak(port, "127.0.0.2")).toBe(true);
  });

  it("counts those that say nothing", async () => {
    const { port } = await start({ limits: few });
    for (let count = 0; count < 3; count++) await come(port);
    expect(await comeAndSpeak(port)).toBe(false);
  });

  it("takes a source again when one of its connections has ended", async () => {
    const { port } = await start({ limits: few });
    const first = await come(port);
    for (let count = 0; count < 2; count++) await come(port);
    expect(await comeAndSpeak(port)).toBe(false);
    first.destroy();
    await vi.waitFor(async () => expect(await comeAndSpeak(port)).toBe(true));
  });

  it("bounds no source behind a proxy", async () => {
    const { port } = await start({ limits: few, trustProxy: true });
    for (let count = 0; count < 10; count++) expect(await comeAndSpeak(port)).toBe(true);
  });

  it("bounds whoever comes past the proxy", async () => {
    const { port } = await start({ limits: few, trustProxy: ["10.0.0.5"] });
    for (let count = 0; count < 3; count++) await come(port);
    expect(await comeAndSpeak(port)).toBe(false);
  });

  it.each([false, true])(
    "closes what exceeds the number of all; a proxy: %s",
    async (trustProxy) => {
      const limits = { openConnectionsMax: 4, openConnectionsPerSourceMax: 3 };
      const { port } = await start({ limits, trustProxy });
      for (const address of ["127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.3"]) {
        expect(await comeAndSpeak(port, address)).toBe(true);
      }
      expect(await comeAndSpeak(port, "127.0.0.4")).toBe(false);
    },
  );
});

describe("the one port with TLS", () => {
  it("gives a request inside TLS to the web server", async () => {
    const { port } = await start({ tls: writePair(firstCertificate) });
    const body = "x".repeat(1_000_000);
    expect(await post(port, body, "https")).toBe("https /p 1000000");
  });

  it("gives a TURN client inside TLS to the relay", async () => {
    const { port } = await start({ tls: writePair(firstCertificate) });
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    socket.write(stunHeader);
    expect(await nextText(socket)).toBe("relay 8 ");
    socket.destroy();
  });

  it("still gives a TURN client outside TLS to the relay", async () => {
    const { port } = await start({ tls: writePair(firstCertificate) });
    const socket = connect(port, "127.0.0.1");
    socket.write(stunHeader);
    expect(await nextText(socket)).toBe("relay 8 ");
    socket.destroy();
  });

  it("sends a request outside TLS to the same address inside", async () => {
    const { port } = await start({ tls: writePair(firstCertificate) });
    const sent = request({ host: "127.0.0.1", port, path: "/messages?a=1" }).end();
    const [response] = await once(sent, "response");
    expect(response.statusCode).toBe(308);
    expect(response.headers.location).toBe(`https://127.0.0.1:${port}/messages?a=1`);
  });

  it("leads to the usual port of https who came to 443 without it, and named it", async () => {
    const { port } = await start({ tls: writePair(firstCertificate) });
    const headers = { host: "calls.example.org:443" };
    const sent = request({ host: "127.0.0.1", port, path: "/messages", headers }).end();
    const [response] = await once(sent, "response");
    expect(response.statusCode).toBe(308);
    expect(new URL(response.headers.location).href).toBe("https://calls.example.org/messages");
  });

  it("takes an upgrade outside TLS from this machine, as the relay's control connection is", async () => {
    const httpServer = echoServer();
    httpServer.on("upgrade", (incoming, socket) => {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${incoming.url}`);
    });
    const { port } = await start({ tls: writePair(firstCertificate), httpServer });
    const socket = connect(port, "127.0.0.1");
    socket.write(
      "GET /relay-control HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    expect(await text(socket)).toContain("101 Switching Protocols\r\n\r\n/relay-control");
  });

  it.each(["user@elsewhere.example", "elsewhere.example/x", ""])(
    "sends nobody to the host %o",
    async (host) => {
      const { port } = await start({ tls: writePair(firstCertificate) });
      const socket = connect(port, "127.0.0.1");
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      const answer = await text(socket);
      expect(answer).toContain("400");
      expect(answer).not.toContain("elsewhere");
    },
  );

  it("survives a handshake that is none", async () => {
    const { port } = await start({ tls: writePair(firstCertificate) });
    const socket = connect(port, "127.0.0.1");
    socket.write(Uint8Array.of(0x16, 0x03, 0x01, 0xff, 0xff, 1, 2, 3));
    socket.end();
    socket.resume();
    await once(socket, "close");
    expect(await post(port, "x", "https")).toBe("https /p 1");
  });

  it("refuses to start on a certificate that cannot be used", async () => {
    const tls = writePair({ ...firstCertificate, key: secondCertificate.key });
    await expect(start({ tls })).rejects.toMatchObject({ code: "tls-unusable" });
    await expect(
      start({ tls: { ...tls, keyPath: join(scratch, "missing") } }),
    ).rejects.toMatchObject({ code: "tls-unusable" });
  });
});

describe("a port that cannot be opened", () => {
  it("is reported as taken, with what to do", async () => {
    const other = createTcp();
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toMatchObject({
      code: "port-taken",
      message: `Port ${port} is in use by another program. Stop it, or choose another: PORT=${port + 1} npm start`,
    });
    other.close();
  });

  it("is reported when the address is another machine's", async () => {
    await expect(start({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "host-unusable" });
  });
});
