import { describe, expect, test } from "vitest";
import { startServer } from "./server-under-test.ts";

describe("readiness", () => {
  test("is given when every check is content", async () => {
    await using server = await startServer();
    expect(await server.browser().send("GET", "/healthz")).toMatchObject({ status: 200 });
    const answer = await server.browser().send("GET", "/readyz");
    expect(answer).toMatchObject({ status: 200, body: { status: "ready" } });
  });

  test("is refused with every reason, and the process is alive all the same", async () => {
    await using server = await startServer({
      readinessChecks: [
        { name: "relay", check: async () => "It is not connected." },
        { name: "database", check: () => Promise.reject(new Error("disk 7 on 10.1.2.3")) },
        { name: "web", check: async () => null },
      ],
    });
    const answer = await server.browser().send("GET", "/readyz");
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({
      status: "not-ready",
      reasons: ["relay: It is not connected.", "database: It does not work."],
    });
    expect(await server.browser().send("GET", "/healthz")).toMatchObject({ status: 200 });
  });
});
