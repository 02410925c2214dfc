import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { type RateName, rates, serverLimits } from "../limits.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { createSourceNames, networkOf } from "./request-source.ts";
import { password, startServer, write } from "./server-under-test.ts";

const name: RateName = "messagesPerAccount";

function limiterAt(clock: { now: number }) {
  const slow = { burst: 3, perMinute: 6 };
  return new RateLimiter({ ...rates, [name]: slow }, () => clock.now);
}

describe("a rate", () => {
  test("allows its burst, then as many as time gives back", () => {
    const clock = { now: 0 };
    const limiter = limiterAt(clock);
    for (let count = 0; count < 3; count++) limiter.take(name, "alice");
    expect(() => limiter.take(name, "alice")).toThrow("Try again in 10 seconds.");
    limiter.take(name, "bob");
    clock.now += 9_999;
    expect(() => limiter.take(name, "alice")).toThrow("Try again in a second.");
    clock.now += 1;
    limiter.take(name, "alice");
    clock.now += 3_600_000;
    for (let count = 0; count < 3; count++) limiter.take(name, "alice");
    expect(() => limiter.take(name, "alice")).toThrow(/too often/);
  });

  test("takes nothing away when the clock steps back", () => {
    const clock = { now: 1_000_000 };
    const limiter = limiterAt(clock);
    limiter.take(name, "alice");
    clock.now = 0;
    limiter.take(name, "alice");
    limiter.take(name, "alice");
    expect(() => limiter.take(name, "alice")).toThrow(/too often/);
  });

  test("forgets what was given back, and never holds more than the burst", () => {
    const limiter = limiterAt({ now: 0 });
    for (let count = 0; count < 10; count++) {
      limiter.take(name, "alice");
      limiter.giveBack(name, "alice");
      limiter.giveBack(name, "alice");
    }
    for (let count = 0; count < 3; count++) limiter.take(name, "alice");
    expect(() => limiter.take(name, "alice")).toThrow(/too often/);
  });

  test("remembers a bounded number of keys, those seen last", () => {
    const limiter = limiterAt({ now: 0 });
    for (let count = 0; count < 3; count++) limiter.take(name, "alice");
    for (let key = 0; key < serverLimits.rateKeysMax - 1; key++) limiter.take(name, String(key));
    expect(() => limiter.take(name, "alice")).toThrow(/too often/);
    for (let key = 0; key < serverLimits.rateKeysMax; key++) limiter.take(name, String(key));
    limiter.take(name, "alice");
  });
});

describe("a source", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["unknown", "unknown"],
  ])("%s is %s", (address, network) => expect(networkOf(address)).toBe(network));

  test("behind a proxy is the last hop that the proxy wrote, not what the client claims", async () => {
    await using server = await startServer({
      trustProxy: true,
      rates: { signUpsPerSource: { burst: 1, perMinute: 1 } },
    });
    const statuses: number[] = [];
    for (const [index, forwarded] of [
      "9.9.9.1, 192.0.2.1",
      "9.9.9.2, 192.0.2.1",
      "192.0.2.2",
    ].entries()) {
      const body = { handle: `person${index}`, displayName: "P", password };
      const headers = { "x-forwarded-for": forwarded };
      const answer = await server.browser().send("POST", "/api/accounts", body, headers);
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([200, 429, 200]);
  });

  test("has another name in another process, and in this one after a day", () => {
    const clock = { now: 0 };
    const request = { headers: {}, socket: { remoteAddress: "192.0.2.7" } } as IncomingMessage;
    const nameOf = createSourceNames({ trustProxy: false }, () => clock.now);
    const first = nameOf(request);
    expect(first).toMatch(/^[\w-]{22}$/);
    clock.now = serverLimits.sourceKeyLifetimeMs - 1;
    expect(nameOf(request)).toBe(first);
    clock.now += 1;
    expect(nameOf(request)).not.toBe(first);
    expect(createSourceNames({ trustProxy: false }, () => clock.now)(request)).not.toBe(first);
  });

  test("is not what a stranger writes into a header", async () => {
    await using server = await startServer({
      rates: { requestsPerSource: { burst: 1, perMinute: 1 } },
    });
    const ask = (forwarded: string) =>
      server.browser().send("GET", "/api/me", undefined, { "x-forwarded-for": forwarded });
    expect((await ask("192.0.2.1")).status).toBe(401);
    expect((await ask("192.0.2.2")).status).toBe(429);
  });
});

describe("over the API, too often is refused with a sentence and a time to wait", () => {
  const once = { burst: 1, perMinute: 1 };
  test.each([
    ["messagesPerAccount", "POST", "/api/conversations/bob/messages"],
    ["pairChangesPerAccount", "PUT", "/api/people/bob/follow"],
    ["searchesPerAccount", "GET", "/api/people?startsWith=b"],
    ["settingsChangesPerAccount", "PATCH", "/api/settings/calls"],
    ["requestsPerAccount", "GET", "/api/me"],
  ] as const)("%s", async (rate, method, path) => {
    await using server = await startServer({ rates: { [rate]: once } });
    await server.signUp("bob");
    const alice = await server.signUp("alice");
    const send = () => {
      if (rate === "messagesPerAccount") return write(alice, "bob", "hi");
      return alice.send(method, path, method === "PATCH" ? { calling: "on" } : undefined);
    };
    expect((await send()).status).toBe(200);
    const refused = await send();
    expect(refused).toMatchObject({ status: 429, body: { code: "too-many-requests" } });
    expect(refused.headers.get("retry-after")).toBe("60");
    server.clock.now += 60_000;
    expect((await send()).status).toBe(200);
  });

  test("guessing a password, for the account whoever guesses, also where there is no such account", async () => {
    await using server = await startServer({
      rates: { signInsPerAccount: { burst: 2, perMinute: 1 } },
    });
    await server.signUp("alice");
    for (const handle of ["alice", "nobody"]) {
      const guess = (text: string) =>
        server.browser().send("POST", "/api/login", { handle, password: text });
      expect((await guess("wrong password 1")).status).toBe(403);
      expect((await guess("wrong password 2")).status).toBe(403);
      expect((await guess(password)).status).toBe(429);
    }
  });

  test("guessing a password does not keep the owner out, who comes from elsewhere", async () => {
    await using server = await startServer({
      trustProxy: true,
      rates: { signInsPerAccountAndSource: { burst: 2, perMinute: 1 } },
    });
    await server.signUp("alice");
    const signInFrom = (address: string, text: string) =>
      server
        .browser()
        .send(
          "POST",
          "/api/login",
          { handle: "alice", password: text },
          { "x-forwarded-for": address },
        );
    for (const expected of [403, 403, 429]) {
      expect((await signInFrom("203.0.113.66", "a guess")).status).toBe(expected);
    }
    expect((await signInFrom("203.0.113.66", password)).status).toBe(429);
    expect((await signInFrom("198.51.100.1", password)).status).toBe(200);
  });

  test("signing in with the right password costs nothing", async () => {
    await using server = await startServer({
      rates: { signInsPerAccount: once, signInsPerAccountAndSource: once, signInsPerSource: once },
    });
    await server.signUp("alice");
    for (let count = 0; count < 3; count++) {
      const answer = await server
        .browser()
        .send("POST", "/api/login", { handle: "alice", password });
      expect(answer.status).toBe(200);
    }
  });

  test("neither a log nor an answer tells an address", async () => {
    await using server = await startServer({
      trustProxy: true,
      rates: { requestsPerSource: once },
    });
    const ask = () =>
      server.browser().send("GET", "/api/me", undefined, { "x-forwarded-for": "203.0.113.77" });
    const answers = [await ask(), await ask()];
    expect(JSON.stringify([answers, server.logged])).not.toContain("203.0.113.77");
  });
});
