import { describe, expect, test } from "vitest";
import { startServer } from "./server-under-test.ts";

const simulationCode = "0123456789abcdef";
const told = (person: number) => ({ "x-ringfence-simulation": `${simulationCode} ${person}` });

describe("/simulation", () => {
  test("names the accounts that a simulation has left, and no others", async () => {
    await using server = await startServer({ simulationCode });
    for (const handle of ["sim_a1b2c3_1", "simon", "sim", "alice", "sim_a1b2c3_0"]) {
      await server.signUp(handle);
    }
    const answer = await server.browser().send("GET", "/simulation", undefined, told(0));
    expect(answer.body).toEqual({ handles: ["sim_a1b2c3_0", "sim_a1b2c3_1"], hasMore: false });
  });

  test.each([
    ["no code is set", undefined, told(0)],
    ["nothing is said", simulationCode, {}],
    ["another code is said", simulationCode, { "x-ringfence-simulation": "0123456789abcdeF 0" }],
    ["nobody is named", simulationCode, { "x-ringfence-simulation": simulationCode }],
    ["a blank is said", simulationCode, { "x-ringfence-simulation": " 0" }],
  ])("is not there where %s", async (_, code, headers) => {
    await using server = await startServer(code === undefined ? {} : { simulationCode: code });
    const { status, text } = await server.browser().send("GET", "/simulation", undefined, headers);
    expect([status, text]).toEqual([
      404,
      '{"code":"not-found","message":"There is nothing at this address."}',
    ]);
  });
});

describe("a person who is simulated", () => {
  const rates = { requestsPerSource: { burst: 1, perMinute: 1 } };

  test("counts as a source of requests of their own, and is held to its rates", async () => {
    await using server = await startServer({ simulationCode, rates });
    const ask = async (headers: Record<string, string>) =>
      (await server.browser().send("GET", "/api/me", undefined, headers)).status;
    const asked = [told(1), told(2), told(1), told(3), told(2)];
    const statuses: number[] = [];
    for (const headers of asked) statuses.push(await ask(headers));
    expect(statuses).toEqual([401, 401, 429, 401, 429]);
  });

  test("is nobody to a server that was not told, or was told of another code", async () => {
    for (const settings of [{}, { simulationCode: "fedcba9876543210" }]) {
      await using server = await startServer({ ...settings, rates });
      const statuses: number[] = [];
      for (const person of [1, 2]) {
        const { status } = await server.browser().send("GET", "/api/me", undefined, told(person));
        statuses.push(status);
      }
      expect(statuses).toEqual([401, 429]);
    }
  });
});
