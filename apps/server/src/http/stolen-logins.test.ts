import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { api, closeCodes } from "@ringfence/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { signUp } from "../accounts/test-people.ts";
import { type Application, startApplication } from "../application.ts";
import { readConfig } from "../config.ts";
import { makeVapidKey } from "../push/vapid-key.ts";
import { dumpOf, password, startServer } from "./server-under-test.ts";

const planted = "A".repeat(43);

describe("a login that somebody planted in a browser", () => {
  test("is nobody's, and signing in gives another one", async () => {
    await using server = await startServer();
    await server.signUp("alice");
    const browser = server.browser();
    browser.cookie = `ringfence-login=${planted}`;
    expect((await browser.send("GET", "/api/me")).status).toBe(401);
    const before = (await dumpOf(server))["login"]?.length;
    const answer = await browser.send("POST", "/api/login", { handle: "alice", password });
    expect(answer.status).toBe(200);
    expect(browser.cookie).not.toContain(planted);
    expect((await dumpOf(server))["login"]).toHaveLength((before ?? 0) + 1);
    const another = server.browser();
    another.cookie = `ringfence-login=${planted}`;
    expect((await another.send("GET", "/api/me")).status).toBe(401);
  });

  test("by a sister site is not read over TLS, where only this host can set its cookie", async () => {
    await using server = await startServer({ publicOrigin: "https://calls.example" });
    const mallory = await server.signUp("mallory");
    const ofMallory = mallory.cookie?.replace("__Host-", "");
    expect(ofMallory).toMatch(/^ringfence-login=/);
    const ask = (cookie: string) => server.browser().send("GET", "/api/me", undefined, { cookie });
    expect((await ask(`${ofMallory}`)).status).toBe(401);
    const alice = await server.signUp("alice");
    const both = await ask(`${ofMallory}; ${alice.cookie}`);
    expect(both).toMatchObject({ status: 200, body: { handle: "alice" } });
  });
});

describe("a page of another site", () => {
  let directory: string;
  let application: Application;
  let cookie: string;
  const address = () => `127.0.0.1:${application.port}`;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "ringfence-stolen-"));
    const config = readConfig({ HOST: "127.0.0.1", DATA_DIR: directory });
    const secrets = { relaySecret: "a secret of sixteen characters", vapidKey: makeVapidKey() };
    application = await startApplication(
      { ...config, port: 0, ...secrets },
      pino({ level: "silent" }),
    );
    cookie = await signUp(`http://${address()}`, "alice");
  });
  afterAll(async () => {
    await application[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });

  test.each([
    ["of another site", "https://evil.example"],
    ["of a site whose name begins alike", "http://127.0.0.1.evil.example"],
    ["in a sandboxed frame", "null"],
    ["on another port of this host", "http://127.0.0.1:1"],
    ["that names no origin", undefined],
  ])("gets no WebSocket with a person's cookie: %s", async (_, origin) => {
    const headers = { cookie, ...(origin !== undefined && { origin }) };
    const socket = new WebSocket(`ws://${address()}/api/signalling`, { headers });
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(403);
  });

  test("gets one under its own name with nobody's cookie, and it says that nobody is signed in", async () => {
    const options = { headers: { origin: `http://${address()}` } };
    const socket = new WebSocket(`ws://${address()}/api/signalling`, options);
    const [code] = (await once(socket, "close")) as [number];
    expect(code).toBe(closeCodes.notSignedIn);
  });

  const changes = Object.values(api).filter(({ method }) => (method as string) !== "GET");

  test.each(changes)("cannot make a browser ask for $method $path", async ({ method, path }) => {
    const { device } = await application.store.db
      .selectFrom("device")
      .select("id as device")
      .executeTakeFirstOrThrow();
    const url = `http://${address()}${path.replace(":handle", "alice").replace(/:\w+Id/, device)}`;
    for (const origin of ["https://evil.example", "null"]) {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"]) {
        const headers = { cookie, origin, "content-type": type };
        const answer = await fetch(url, { method, headers, body: "{}" });
        expect([answer.status, await answer.json()]).toMatchObject([
          403,
          { code: "origin-refused" },
        ]);
      }
    }
    const me = await fetch(`http://${address()}/api/me`, { headers: { cookie } });
    expect(me.status).toBe(200);
  });
});

test("no address of the API that only reads changes anything, so that a link can do no harm", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  await server.signUp("bob");
  const before = await dumpOf(server);
  const reads = Object.values(api).filter(({ method }) => method === "GET");
  for (const { path } of reads) {
    const address = path.replace(":handle", "bob").replace(/:\w+/, "0".repeat(26));
    const answer = await alice.send("GET", address);
    expect([path, answer.status]).not.toEqual([path, 500]);
  }
  expect(await dumpOf(server)).toEqual(before);
});
