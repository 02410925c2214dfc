import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServerUnderTest, startServer } from "./server-under-test.ts";

const root = mkdtempSync(join(tmpdir(), "ringfence-web-"));
const page = "<!doctype html><title>Ringfence</title>";
let server: ServerUnderTest;

beforeAll(async () => {
  mkdirSync(join(root, "dist/assets"), { recursive: true });
  writeFileSync(join(root, "secret.txt"), "not for you");
  writeFileSync(join(root, "dist/index.html"), page);
  writeFileSync(join(root, "dist/assets/app-4f2a.js"), "export {};");
  server = await startServer({ webDirectory: join(root, "dist") });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

describe("the web app", () => {
  test.each(["/", "/sign-up", "/messages/@bob", "/people/@bob_7", "/settings/calls?from=here"])(
    "is one page at %s",
    async (path) => {
      const answer = await server.browser().send("GET", path);
      expect(answer).toMatchObject({ status: 200, text: page });
      expect(answer.headers.get("content-type")).toContain("text/html");
    },
  );

  test("has its files", async () => {
    const answer = await server.browser().send("GET", "/assets/app-4f2a.js");
    expect(answer).toMatchObject({ status: 200, text: "export {};" });
    expect(answer.headers.get("content-type")).toContain("javascript");
  });

  test.each([
    ["GET", "/assets/app-0000.js"],
    ["GET", "/robots.txt"],
    ["GET", "/api"],
    ["GET", "/api/nothing"],
    ["POST", "/messages/@bob"],
  ])("is not given in place of a file, an API answer or a change: %s %s", async (method, path) => {
    const answer = await server.browser().send(method, path);
    expect(answer).toMatchObject({ status: 404, body: { code: "not-found" } });
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/..%5csecret.txt",
  ])("gives nothing that stands beside its directory: %s", async (path) => {
    expect(await rawBody(path)).not.toContain("secret\n");
    expect(await rawBody(path)).not.toBe("secret");
  });

  test("that was not built yet says what to do", async () => {
    await using bare = await startServer();
    const answer = await bare.browser().send("GET", "/messages");
    expect(answer.status).toBe(503);
    expect(answer.text).toContain("npm start");
  });
});

/** The body at a path that fetch would tidy up first. */
function rawBody(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(server.url, { path }, (response) => {
      let body = "";
      response.on("data", (chunk) => (body += String(chunk)));
      response.on("end", () => resolve(body));
    })
      .on("error", reject)
      .end();
  });
}
