import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "@ringfence/protocol";
import { isOriginAllowed, isSecure } from "./origin.ts";
import { type Person, type ServerUnderTest, dumpOf, startServer } from "./server-under-test.ts";

const plain = { publicOrigin: undefined, trustProxy: false };
const named = { publicOrigin: "https://calls.example", trustProxy: false };
const proxied = { publicOrigin: undefined, trustProxy: true };

function request(headers: IncomingMessage["headers"], isTls = false): IncomingMessage {
  const socket = isTls ? new TLSSocket(new Socket()) : { remoteAddress: "127.0.0.1" };
  return { headers, socket } as unknown as IncomingMessage;
}

describe("a change is asked for by a page of this server", () => {
  const host = "localhost:8480";
  test.each([
    ["the same host", plain, { host, origin: "http://localhost:8480" }, true],
    [
      "the same host in capitals",
      plain,
      { host: "LocalHost:8480", origin: "http://localhost:8480" },
      true,
    ],
    [
      "the same host behind an unnamed TLS proxy",
      plain,
      { host: "a.example", origin: "https://a.example" },
      true,
    ],
    [
      "no origin, and Fetch says same-origin",
      plain,
      { host, "sec-fetch-site": "same-origin" },
      true,
    ],
    ["the public origin", named, { host: "internal", origin: "https://calls.example" }, true],
    ["another port", plain, { host, origin: "http://localhost:8481" }, false],
    ["another host", plain, { host, origin: "http://evil.example" }, false],
    [
      "a host that begins alike",
      plain,
      { host, origin: "http://localhost:8480.evil.example" },
      false,
    ],
    ["another scheme", plain, { host, origin: "ftp://localhost:8480" }, false],
    ["a sandboxed page", plain, { host, origin: "null" }, false],
    ["an empty origin", plain, { host, origin: "" }, false],
    ["no origin at all", plain, { host }, false],
    ["no origin, from a sister site", plain, { host, "sec-fetch-site": "same-site" }, false],
    ["no origin, typed into the address bar", plain, { host, "sec-fetch-site": "none" }, false],
    ["no host", plain, { origin: "http://localhost:8480" }, false],
    [
      "the host where a public origin is named",
      named,
      { host: "internal", origin: "http://internal" },
      false,
    ],
    ["the public origin without TLS", named, { host, origin: "http://calls.example" }, false],
  ] as const)("%s: %o %o -> %s", (_, settings, headers, isAllowed) => {
    expect(isOriginAllowed(request(headers), settings)).toBe(isAllowed);
  });

  test("over TLS, a page without TLS is another origin", () => {
    const headers = { host: "a.example", origin: "http://a.example" };
    expect(isOriginAllowed(request(headers, true), plain)).toBe(false);
    expect(isOriginAllowed(request({ ...headers, origin: "https://a.example" }, true), plain)).toBe(
      true,
    );
  });
});

describe("a browser speaks TLS", () => {
  test.each([
    ["to this server", plain, {}, true, true],
    ["to the public origin", named, {}, false, true],
    ["to a proxy that says so", proxied, { "x-forwarded-proto": "https" }, false, true],
    ["to the last of two proxies", proxied, { "x-forwarded-proto": "http, https" }, false, true],
    ["not to the last proxy", proxied, { "x-forwarded-proto": "https, http" }, false, false],
    ["not because a stranger says so", plain, { "x-forwarded-proto": "https" }, false, false],
    ["not at all", plain, {}, false, false],
  ] as const)("%s", (_, settings, headers, isTls, expected) => {
    expect(isSecure(request(headers, isTls), settings)).toBe(expected);
  });
});

describe("from another origin", () => {
  let server: ServerUnderTest;
  let alice: Person;
  beforeAll(async () => {
    server = await startServer();
    alice = await server.signUp("alice");
    await server.signUp("bob");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const changes = Object.values(api).filter(({ method }) => (method as string) !== "GET");

  test.each(changes)("$method $path changes nothing", async ({ method, path }) => {
    const before = await dumpOf(server);
    const address = path.replace(":handle", "bob").replace(/:\w+Id/, alice.me.deviceId);
    for (const origin of ["http://evil.example", "null", ""]) {
      const answer = await alice.send(method, address, {}, { origin });
      expect(answer).toMatchObject({ status: 403, body: { code: "origin-refused" } });
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect(await dumpOf(server)).toEqual(before);
  });

  test("reading is the browser's to refuse: nothing in the answer allows it", async () => {
    const answer = await alice.send("GET", "/api/me", undefined, { origin: "http://evil.example" });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });
});
