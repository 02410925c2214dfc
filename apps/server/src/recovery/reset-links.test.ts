import { RecoveryCode, type WaysIn } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  type Person,
  type ServerUnderTest,
  dumpOf,
  password,
  startServer,
} from "../http/server-under-test.ts";
import { rates, serverLimits } from "../limits.ts";
import { createResetLink, removeExpiredResets } from "./reset-links.ts";

const newPassword = "a new battery staple";
const used = { status: 410, body: { code: "link-used" } };
const ownWord = { type: "password", password };

function makeLink({ store }: ServerUnderTest, { me }: Person): Promise<string> {
  return store.write((write) => createResetLink(write, me.id));
}

const view = (browser: Browser, token: string) =>
  browser.send("POST", "/api/login/reset/view", { token });

const reset = (browser: Browser, token: string, word = newPassword) =>
  browser.send("POST", "/api/login/reset", { token, newPassword: word });

const signIn = (server: ServerUnderTest, word: string) =>
  server.browser().send("POST", "/api/login", { handle: "alice", password: word });

async function linkSeenBy(person: Browser): Promise<WaysIn["resetLink"]> {
  return ((await person.send("GET", "/api/ways-in")).body as WaysIn).resetLink;
}

describe("whoever has the operator's link", () => {
  test("sees whose account it is, sets a new password, and is told the next recovery code", async () => {
    await using server = await startServer();
    const token = await makeLink(server, await server.signUp("alice"));
    const browser = server.browser();
    expect(await view(browser, token)).toMatchObject({
      status: 200,
      body: { handle: "alice", displayName: "alice of the test" },
    });
    const answer = await reset(browser, token);
    expect(answer).toMatchObject({ status: 200, body: { me: { handle: "alice" } } });
    expect(
      RecoveryCode.safeParse((answer.body as { recoveryCode: string }).recoveryCode).success,
    ).toBe(true);
    expect(await browser.send("GET", "/api/me")).toMatchObject({ status: 200 });
    expect([await signIn(server, password), await signIn(server, newPassword)]).toMatchObject([
      { status: 403 },
      { status: 200 },
    ]);
    expect([await view(browser, token), await reset(browser, token)]).toMatchObject([used, used]);
  });

  test("ends every device, and each that comes back hears why, and no stranger", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const bob = await server.signUp("bob");
    const token = await makeLink(server, alice);
    await reset(server.browser(), token);
    expect(server.closedDevices).toEqual([alice.me.deviceId]);
    const told = { status: 401, body: { code: "account-reset" } };
    expect(await alice.send("GET", "/api/me")).toMatchObject(told);
    const stranger = server.browser();
    stranger.cookie = `${alice.cookie ?? ""}x`;
    expect(await stranger.send("GET", "/api/me")).toMatchObject({
      status: 401,
      body: { code: "not-signed-in" },
    });
    expect(await bob.send("GET", "/api/me")).toMatchObject({ status: 200 });
    server.clock.now += serverLimits.replacedCodeLifetimeMs;
    await server.store.write(removeExpiredResets);
    expect(await alice.send("GET", "/api/me")).toMatchObject({ body: { code: "not-signed-in" } });
  });

  test("leaves an owner whom nobody asked the recovery code from before, which ends all that it did", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const made = await alice.send("POST", "/api/recovery-code", { proof: null });
    const { recoveryCode } = made.body as { recoveryCode: string };
    server.clock.now += 1;
    const thief = server.browser();
    await reset(thief, await makeLink(server, alice), "the thief's own words");
    const body = { handle: "alice", recoveryCode, newPassword };
    const back = await alice.send("POST", "/api/login/recovery-code", body);
    expect(back).toMatchObject({ status: 200 });
    expect(await thief.send("GET", "/api/me")).toMatchObject({ status: 401 });
    expect(await signIn(server, "the thief's own words")).toMatchObject({ status: 403 });
    expect(await dumpOf(server)).toMatchObject({ recovery_code: [{ works_until: null }] });
  });

  test("is one person, however many use it at the same time", async () => {
    await using server = await startServer();
    const token = await makeLink(server, await server.signUp("alice"));
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => reset(server.browser(), token)),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", "410", "410"]);
  });
});

describe("the operator's link", () => {
  test("is shown to every device of the account at once, until one refuses it as its owner", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    expect(await linkSeenBy(alice)).toBeNull();
    const token = await makeLink(server, alice);
    expect(alice.told).toEqual([{ type: "devices-changed" }]);
    const { now } = server.clock;
    const worksUntil = now + serverLimits.resetLinkLifetimeMs;
    expect(await linkSeenBy(alice)).toEqual({ madeAt: now, worksUntil });
    server.clock.now += serverLimits.freshLoginMs;
    const refuse = (proof: object | null) =>
      alice.send("POST", "/api/reset-link/refuse", { proof });
    expect(await refuse(null)).toMatchObject({ status: 403, body: { code: "proof-needed" } });
    expect(await view(server.browser(), token)).toMatchObject({ status: 200 });
    expect(await refuse(ownWord)).toMatchObject({ status: 204 });
    expect(await linkSeenBy(alice)).toBeNull();
    expect(await reset(server.browser(), token)).toMatchObject(used);
    expect(await signIn(server, password)).toMatchObject({ status: 200 });
  });

  test("works for a day, for the newest of them, and not for a suspended account", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const first = await makeLink(server, alice);
    const second = await makeLink(server, alice);
    expect(await view(server.browser(), first)).toMatchObject(used);
    const suspend = (at: number | null) =>
      server.store.write(({ db }) => db.updateTable("account").set({ suspended_at: at }).execute());
    await suspend(1);
    expect(await reset(server.browser(), second)).toMatchObject(used);
    await suspend(null);
    expect(await view(server.browser(), second)).toMatchObject({ status: 200 });
    server.clock.now += serverLimits.resetLinkLifetimeMs;
    expect(await reset(server.browser(), second)).toMatchObject(used);
    await server.store.write(removeExpiredResets);
    expect(await dumpOf(server)).toMatchObject({ reset_link: [] });
  });

  test("that nobody made is counted with what one source tries", async () => {
    const { signInsPerSource } = rates;
    await using server = await startServer({ rates: { signInsPerSource } });
    const token = await makeLink(server, await server.signUp("alice"));
    for (let count = 0; count < signInsPerSource.burst; count++) {
      expect(await view(server.browser(), "guessed")).toMatchObject(used);
    }
    expect(await reset(server.browser(), token)).toMatchObject({ status: 429 });
  });
});
