import type { Me } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { type Browser, dumpOf, password, startServer } from "../http/server-under-test.ts";
import { serverLimits } from "../limits.ts";
import { endExpiredLogins, startLogin } from "./logins.ts";
import { createOneTimeLink } from "./one-time-links.ts";

const hourMs = 3_600_000;

async function signIn(browser: Browser, handle = "alice"): Promise<Me> {
  const answer = await browser.send("POST", "/api/login", { handle, password });
  expect(answer.status).toBe(200);
  return answer.body as Me;
}

describe("the login cookie", () => {
  const flags = "Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax";

  test.each([
    ["without TLS", {}, {}, "", ""],
    [
      "at a public origin with TLS",
      { publicOrigin: "https://calls.example" },
      {},
      "__Host-",
      "; Secure",
    ],
    [
      "behind a proxy that speaks TLS",
      { trustProxy: true },
      { "x-forwarded-proto": "https" },
      "__Host-",
      "; Secure",
    ],
  ])(
    "lasts 180 days, is out of reach of scripts and other sites: %s",
    async (_, settings, headers, prefix, secure) => {
      await using server = await startServer(settings);
      const body = { handle: "alice", displayName: "Alice", password };
      const answer = await server.browser().send("POST", "/api/accounts", body, headers);
      const cookie = answer.headers.get("set-cookie") ?? "";
      expect(cookie).toMatch(/^(__Host-)?ringfence-login=[\w-]{43}; /);
      expect(cookie.startsWith("__Host-")).toBe(prefix !== "");
      expect(cookie.slice(cookie.indexOf(";") + 2)).toBe(flags + secure);
    },
  );

  test("is another one at each sign-in, also when one was there before", async () => {
    await using server = await startServer();
    const browser = await server.signUp("alice");
    const first = browser.cookie;
    await signIn(browser);
    expect(browser.cookie).not.toBe(first);
  });

  test("is found among others, and nothing else is", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const isFound = async (cookie: string) =>
      (await server.browser().send("GET", "/api/me", undefined, { cookie })).status === 200;
    expect(await isFound(`theme=dark; ${alice.cookie}; x=1`)).toBe(true);
    for (const header of [
      "",
      "ringfence-login=",
      `x${alice.cookie}`,
      `${alice.cookie}x`,
      `${alice.cookie}`.slice(0, -1),
      "ringfence-login",
    ]) {
      expect(await isFound(header)).toBe(false);
    }
  });

  test("ends after 180 days", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    server.clock.now += serverLimits.loginLifetimeMs - 1;
    expect(await alice.send("GET", "/api/me")).toMatchObject({ status: 200 });
    server.clock.now += 1;
    expect(await alice.send("GET", "/api/me")).toMatchObject({ status: 401 });
    await signIn(server.browser());
    expect(await dumpOf(server)).toMatchObject({ login: [{}], device: [{}] });
  });
});

test("a device goes with its login, and everything that was kept of it", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  const closed: string[] = [];
  const parts = {
    calls: { deviceGone: async () => {} },
    closeDevice: (device: string) => void closed.push(device),
  };
  const end = () => server.store.write((write) => endExpiredLogins(write, parts));
  server.clock.now += serverLimits.loginLifetimeMs - 1;
  await end();
  expect(await dumpOf(server)).toMatchObject({ login: [{}], device: [{}] });
  server.clock.now += 1;
  await end();
  expect(await dumpOf(server)).toMatchObject({ account: [{}], login: [], device: [] });
  expect(closed).toEqual([alice.me.deviceId]);
});

describe("signing in", () => {
  test("with another's handle or a wrong password is refused in the same words", async () => {
    await using server = await startServer();
    await server.signUp("alice");
    const attempt = (handle: string) =>
      server.browser().send("POST", "/api/login", { handle, password: "not the password" });
    const [known, unknown] = [await attempt("alice"), await attempt("nobody")];
    expect(known).toMatchObject({ status: 403, body: { code: "wrong-password" } });
    expect(unknown.text).toBe(known.text);
  });

  test("in a browser that is signed in signs the device of before out", async () => {
    await using server = await startServer();
    await server.signUp("bob");
    const browser = await server.signUp("alice");
    const before = { cookie: browser.cookie, device: browser.me.deviceId };
    const me = await signIn(browser, "bob");
    expect(me.handle).toBe("bob");
    expect(server.closedDevices).toEqual([before.device]);
    expect(server.callsTold).toContain(`deviceGone ${browser.me.id} ${before.device}`);
    browser.cookie = before.cookie;
    expect(await browser.send("GET", "/api/me")).toMatchObject({ status: 401 });
  });

  test("on one device too many signs the one out that was away for longest", async () => {
    await using server = await startServer();
    const first = await server.signUp("alice");
    server.clock.now += hourMs;
    const second = server.browser();
    await signIn(second);
    // Each sign-in by password costs a hash: the rest of the devices come without one.
    const parts = { calls: { deviceGone: async () => {} }, closeDevice: () => {} };
    for (let count = 2; count < serverLimits.devicesPerAccountMax; count++) {
      await server.store.write((write) => startLogin(write, parts, first.me.id, "Firefox"));
    }
    server.clock.now += hourMs;
    expect(await first.send("GET", "/api/me")).toMatchObject({ status: 200 });
    await signIn(server.browser());
    expect(await first.send("GET", "/api/me")).toMatchObject({ status: 200 });
    const { body } = await first.send("GET", "/api/devices");
    expect((body as { devices: unknown[] }).devices).toHaveLength(
      serverLimits.devicesPerAccountMax,
    );
    expect(server.closedDevices).toHaveLength(1);
  });
});

describe("a device", () => {
  test("is listed by what its browser says of itself, and seen to the hour", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const signedInAt = server.clock.now;
    server.clock.now += 5 * hourMs + 7;
    await alice.send("GET", "/api/me");
    const { body } = await alice.send("GET", "/api/devices");
    const lastSeenAt = Date.parse("2026-03-01T17:00:00Z");
    const id = alice.me.deviceId;
    expect(body).toEqual({
      devices: [
        {
          id,
          name: "Firefox on Linux",
          signedInAt,
          lastSeenAt,
          isThisOne: true,
          isOpen: false,
          isNotified: false,
          identityKey: null,
          isLinked: false,
        },
      ],
    });
  });

  test("signs itself out, and its cookie with it", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const stolen = server.browser();
    stolen.cookie = alice.cookie;
    expect(await alice.send("DELETE", "/api/login")).toMatchObject({ status: 204 });
    expect(alice.cookie).toBeUndefined();
    expect(await stolen.send("GET", "/api/me")).toMatchObject({ status: 401 });
    expect(server.closedDevices).toEqual([alice.me.deviceId]);
    expect(await dumpOf(server)).toMatchObject({ account: [{}], device: [], login: [] });
  });

  test("signs another of the account out, once", async () => {
    await using server = await startServer();
    const phone = await server.signUp("alice");
    const laptop = server.browser();
    const { deviceId } = await signIn(laptop);
    const path = `/api/devices/${deviceId}`;
    expect(await phone.send("DELETE", path)).toMatchObject({ status: 204 });
    expect(phone.cookie).toBeDefined();
    expect(await laptop.send("GET", "/api/me")).toMatchObject({ status: 401 });
    expect(server.closedDevices).toEqual([deviceId]);
    expect(server.callsTold).toContain(`deviceGone ${phone.me.id} ${deviceId}`);
    expect(await phone.send("DELETE", path)).toMatchObject({
      status: 404,
      body: { code: "not-found" },
    });
  });

  test("of somebody else cannot be signed out, and looks like none", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const mallory = await server.signUp("mallory");
    const theirs = await mallory.send("DELETE", `/api/devices/${alice.me.deviceId}`);
    const none = await mallory.send("DELETE", `/api/devices/${"0".repeat(26)}`);
    expect(theirs.status).toBe(404);
    expect(theirs.text).toBe(none.text);
    expect(await alice.send("GET", "/api/me")).toMatchObject({ status: 200 });
  });
});

describe("a single-use link", () => {
  test("signs one browser in, once, and says where to go", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const token = await server.store.write((write) =>
      createOneTimeLink(write, alice.me.id, "/messages/@bob"),
    );
    const use = (browser = server.browser()) => browser.send("POST", "/api/login/link", { token });
    const answers = await Promise.all([use(), use(), use()]);
    const [used, ...late] = answers.toSorted((one, other) => one.status - other.status);
    expect(used).toMatchObject({
      status: 200,
      body: { me: { handle: "alice" }, goTo: "/messages/@bob" },
    });
    for (const answer of late) {
      expect(answer).toMatchObject({ status: 410, body: { code: "link-used" } });
    }
    expect(await use(alice)).toMatchObject({ status: 410 });
    expect(await alice.send("GET", "/api/me")).toMatchObject({ status: 200 });
    expect(JSON.stringify(await dumpOf(server))).not.toContain(token);
  });

  test("ends after a day, and for a suspended account", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const makeLink = () =>
      server.store.write((write) => createOneTimeLink(write, alice.me.id, "/messages"));
    const late = await makeLink();
    server.clock.now += serverLimits.oneTimeLinkLifetimeMs;
    const use = (token: string) => server.browser().send("POST", "/api/login/link", { token });
    expect(await use(late)).toMatchObject({ status: 410 });
    const suspended = await makeLink();
    await server.store.write(async ({ db, now }) => {
      await db.updateTable("account").set({ suspended_at: now }).execute();
    });
    expect(await use(suspended)).toMatchObject({ status: 410 });
  });

  test.each(["//evil.example", "https://evil.example", "/\\evil.example", "messages", ""])(
    "leads nowhere but to this server: %j",
    async (goTo) => {
      await using server = await startServer();
      const alice = await server.signUp("alice");
      const made = server.store.write((write) => createOneTimeLink(write, alice.me.id, goTo));
      await expect(made).rejects.toThrow(RangeError);
    },
  );
});

test.each([
  ["GET", "/api/me"],
  ["GET", "/api/devices"],
  ["GET", "/api/people"],
  ["POST", "/api/conversations/bob/messages"],
  ["PATCH", "/api/settings/calls"],
  ["POST", `/api/calls/${"0".repeat(26)}/bye`],
])("nobody who is not signed in gets anything of %s %s", async (method, path) => {
  await using server = await startServer();
  const answer = await server.browser().send(method, path, method === "GET" ? undefined : {});
  expect(answer).toMatchObject({ status: 401, body: { code: "not-signed-in" } });
});

test("a page that closes says bye for its call without a body", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  const callId = "0".repeat(26);
  const answer = await alice.send("POST", `/api/calls/${callId}/bye`);
  expect(answer).toMatchObject({ status: 204 });
  expect(server.callsTold).toContain(`bye ${callId}`);
});
