import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServerUnderTest, dumpOf, password, startServer } from "./server-under-test.ts";

let server: ServerUnderTest;

beforeAll(async () => {
  server = await startServer();
  await server.signUp("alice");
});
afterAll(() => server[Symbol.asyncDispose]());

const account = { handle: "carol", displayName: "Carol", password };

describe("a request that cannot be read is refused with a code, and nothing changes:", () => {
  const huge = JSON.stringify({ ...account, displayName: "x".repeat(5_000_000) });
  test.each([
    ["5 MB of JSON", huge, {}, 413, "too-large"],
    [
      "a form",
      "handle=carol",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "malformed",
    ],
    ["plain text", JSON.stringify(account), { "content-type": "text/plain" }, 415, "malformed"],
    ["no content type", JSON.stringify(account), { "content-type": "" }, 415, "malformed"],
    ["broken JSON", '{"handle":', {}, 400, "malformed"],
    ["nothing at all", "", {}, 400, "malformed"],
    ["null", "null", {}, 400, "malformed"],
    ["an array", "[]", {}, 400, "malformed"],
    ["a text", '"carol"', {}, 400, "malformed"],
    ["JSON 15,000 levels deep", "[".repeat(15_000) + "]".repeat(15_000), {}, 400, "malformed"],
    ["a prototype", `{"__proto__":{"handle":"carol"}}`, {}, 400, "malformed"],
    ["a constructor's prototype", `{"constructor":{"prototype":{}}}`, {}, 400, "malformed"],
    ["compressed bytes", "\u001f\u008b\u0008", { "content-encoding": "gzip" }, 400, "malformed"],
  ])("%s", async (_, body, headers, status, code) => {
    const before = await dumpOf(server);
    const answer = await server.browser().send("POST", "/api/accounts", body, headers);
    expect(answer).toMatchObject({ status, body: { code, message: expect.stringMatching(/\.$/) } });
    expect(await dumpOf(server)).toEqual(before);
  });
});

describe("an address", () => {
  test.each([
    ["GET", "/api/nothing", 404],
    ["POST", "/api/me", 404],
    ["GET", "/api", 404],
    ["GET", "/api/%zz", 400],
    ["OPTIONS", "/api/me", 404],
    ["GET", "/assets/missing.js", 404],
    ["GET", `/api/people/${"a".repeat(1_001)}`, 404],
  ])("that nothing answers: %s %s", async (method, path, status) => {
    const answer = await server.browser().send(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code: status === 404 ? "not-found" : "malformed" });
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});
