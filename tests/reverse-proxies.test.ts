import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { api } from "@ringfence/protocol";
import { probeRelay } from "@ringfence/relay";
import { describe, expect, it, vi } from "vitest";
import { freePort } from "../apps/server/src/cli/test-free-port.ts";
import { ringfence } from "../apps/server/src/cli/test-ringfence.ts";
import { TestDevice } from "../apps/server/src/signalling/test-device.ts";
import { type Proxy, type ProxyKind, proxyKinds } from "./services/proxies.ts";

const name = "calls.example.org";
const origin = `https://${name}`;
/** Where the person's packets come from: only Linux has all of 127.0.0.0/8. */
const personAddress = process.platform === "linux" ? "127.83.61.7" : "127.0.0.1";

interface Site extends AsyncDisposable {
  readonly proxy: Proxy;
  said(): string;
}

/** A server as its operator runs it behind a proxy, and that proxy. */
async function openSite(kind: ProxyKind): Promise<Site> {
  const owned = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-proxied-"));
  owned.defer(() => vi.waitFor(() => rmSync(directory, { recursive: true }), 20_000));
  const port = await freePort();
  const proxy = owned.use(await kind.start(port));
  const relayByProxy = {
    RELAY_PUBLIC_URLS: `turn:${name}:${port}?transport=udp, turns:${name}:${proxy.port}?transport=tcp`,
  };
  const server = ringfence(["start"], {
    directory,
    settings: {
      HOST: "127.0.0.1",
      PORT: String(port),
      PUBLIC_ORIGIN: origin,
      TRUST_PROXY: "1",
      SIGN_UP: "open",
      ...(kind.carriesRelay && relayByProxy),
    },
  });
  owned.defer(async () => {
    server.child.kill("SIGTERM");
    await server.exited();
  });
  await server.until("relay connected");
  return { proxy, said: () => server.said(), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** How a browser's connection gets to the proxy. */
function networkTo({ port }: Proxy) {
  return {
    host: "127.0.0.1",
    port,
    localAddress: personAddress,
    servername: name,
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: false,
  };
}

async function post(proxy: Proxy, path: string, cookie: string, body: object) {
  const sent = request({
    ...networkTo(proxy),
    method: "POST",
    path,
    headers: { host: name, origin, cookie, "content-type": "application/json" },
  });
  const [answer] = await once(sent.end(JSON.stringify(body)), "response");
  return { answer, body: await text(answer) };
}

async function signUp(proxy: Proxy): Promise<string> {
  const account = { handle: "alice", displayName: "Alice", password: "correct horse battery" };
  const { answer, body } = await post(proxy, "/api/accounts", "", account);
  expect(body).toContain("alice");
  return String(answer.headers["set-cookie"]?.[0]).split(";")[0] ?? "";
}

/** Everything that the proxy wrote down. */
function writtenBy(proxy: Proxy): string {
  const files = readdirSync(proxy.directory, { recursive: true, withFileTypes: true });
  const logs = files.filter((file) => file.isFile() && file.name.endsWith(".log"));
  return [
    proxy.said(),
    ...logs.map((file) => readFileSync(join(file.parentPath, file.name), "utf8")),
  ].join();
}

describe.each(proxyKinds)(
  "behind $name, set up as docs/proxy has it",
  { timeout: 90_000 },
  (kind) => {
    it.skipIf(!kind.isThere())("people sign up, stay connected and reach the relay", async () => {
      await using site = await openSite(kind);
      const { proxy } = site;
      const cookie = await signUp(proxy);
      // The proxy's word for HTTPS was taken: RFC 6265bis §4.1.3.2.
      expect(cookie).toMatch(/^__Host-/);

      const { host: _, port: __, ...network } = networkTo(proxy);
      using device = await TestDevice.open(`https://127.0.0.1:${proxy.port}`, cookie, undefined, {
        ...network,
        headers: { host: name, origin },
      });
      expect(device.frames[0]?.message.type).toBe("welcome");

      const loop = await post(proxy, "/api/loop-call", cookie, {});
      const { urls, username, credential } = api.beginLoopCall.response.parse(JSON.parse(loop.body))
        .relays.caller;
      const ways = urls.map((url) => url.replace(name, "127.0.0.1"));
      const outcomes = await Promise.all(
        ways.map(async (url) => (await probeRelay({ url, username, credential })).outcome),
      );
      expect(outcomes).toEqual(ways.map(() => "allocated"));
      expect(ways.some((url) => url.startsWith("turns:"))).toBe(kind.carriesRelay);

      if (personAddress === "127.0.0.1") return;
      expect(site.said()).not.toContain(personAddress);
      expect(writtenBy(proxy)).not.toContain(personAddress);
    });
  },
);
