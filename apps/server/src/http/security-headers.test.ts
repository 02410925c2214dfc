import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServerUnderTest, startServer } from "./server-under-test.ts";

const webDirectory = mkdtempSync(join(tmpdir(), "ringfence-web-"));
let server: ServerUnderTest;
let behindProxy: ServerUnderTest;

beforeAll(async () => {
  mkdirSync(join(webDirectory, "assets"));
  writeFileSync(join(webDirectory, "index.html"), "<!doctype html><title>Ringfence</title>");
  writeFileSync(join(webDirectory, "favicon.svg"), "<svg/>");
  writeFileSync(join(webDirectory, "service-worker.js"), "self;");
  writeFileSync(join(webDirectory, "manifest.webmanifest"), "{}");
  writeFileSync(join(webDirectory, "assets/app-4f2a.js"), "export {};");
  server = await startServer({ webDirectory });
  behindProxy = await startServer({ publicOrigin: "https://calls.example", trustProxy: true });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await behindProxy[Symbol.asyncDispose]();
  rmSync(webDirectory, { recursive: true });
});

describe("every answer tells the browser what a page of this server may do", () => {
  test.each([
    ["GET", "/"],
    ["GET", "/messages/@bob"],
    ["GET", "/assets/app-4f2a.js"],
    ["GET", "/assets/missing.js"],
    ["GET", "/service-worker.js"],
    ["GET", "/manifest.webmanifest"],
    ["GET", "/api/me"],
    ["GET", "/api/nothing"],
    ["GET", "/api/%zz"],
    ["POST", "/api/login"],
    ["GET", "/healthz"],
    ["GET", "/openapi.json"],
  ])("%s %s", async (method, path) => {
    const { headers } = await server.browser().send(method, path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("permissions-policy")).toContain("camera=(self)");
    expect(headers.get("permissions-policy")).toContain("microphone=(self)");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toMatch(/trusted-types ringfence-service-worker$/);
    expect(headers.get("permissions-policy")).toContain("geolocation=()");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("strict-transport-security")).toBeNull();
    // A worker's scope is where its script lies, and nothing widens it.
    expect(headers.get("service-worker-allowed")).toBeNull();
  });
});

describe("the WebSocket of the same origin is named, for browsers to which 'self' is not that", () => {
  test("by the host that was asked for", async () => {
    expect(await policyFor(server, "box.local:8480")).toBe(
      "connect-src 'self' ws://box.local:8480",
    );
  });
  test("by the public origin where there is one", async () => {
    expect(await policyFor(behindProxy)).toBe("connect-src 'self' wss://calls.example");
  });
  test.each(["[::1]:8480", "a b", "x;script-src *", "x, y"])("but never by %j", async (host) => {
    expect(await policyFor(server, host)).toBe("connect-src 'self'");
  });
});

describe("where the browser speaks TLS it is told to go on doing so", () => {
  const year = "max-age=31536000";
  test.each([
    ["to a public origin", { publicOrigin: "https://calls.example" }, {}, year],
    ["to a trusted proxy", { trustProxy: true }, { "x-forwarded-proto": "https" }, year],
    ["not to a trusted proxy", { trustProxy: true }, { "x-forwarded-proto": "http" }, null],
    ["because a stranger says so", {}, { "x-forwarded-proto": "https" }, null],
  ])("%s", async (_, settings, asked, expected) => {
    await using one = await startServer(settings);
    const { headers } = await one.browser().send("GET", "/healthz", undefined, asked);
    expect(headers.get("strict-transport-security")).toBe(expected);
  });
});

describe("an answer is kept", () => {
  test.each([
    ["/assets/app-4f2a.js", "public, max-age=31536000, immutable"],
    ["/", "no-cache"],
    ["/index.html", "no-cache"],
    ["/favicon.svg", "no-cache"],
    ["/service-worker.js", "no-cache"],
    ["/settings/calls", "no-cache"],
    ["/messages/@bob", "no-cache"],
    ["/assets/missing.js", "no-store"],
    ["/api/me", "no-store"],
    ["/readyz", "no-store"],
  ])("%s: %s", async (path, cacheControl) => {
    const { headers } = await server.browser().send("GET", path);
    expect(headers.get("cache-control")).toBe(cacheControl);
  });
});

test.each([
  ["/service-worker.js", /^(text|application)\/javascript/],
  ["/manifest.webmanifest", /^application\/manifest\+json/],
])("%s is what a browser takes it for", async (path, type) => {
  const { headers } = await server.browser().send("GET", path);
  expect(headers.get("content-type")).toMatch(type);
});

/** `connect-src` as told to a browser that asks for this host, which fetch does not let one choose. */
async function policyFor({ url }: ServerUnderTest, host?: string): Promise<string | undefined> {
  const asked = request(`${url}/healthz`, host === undefined ? {} : { headers: { host } }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.resume();
  return /connect-src [^;]*/.exec(String(response.headers["content-security-policy"]))?.[0];
}
