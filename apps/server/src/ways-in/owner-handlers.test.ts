import type { NewPasskeyOptions, PasskeyRequest } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { createOneTimeLink } from "../accounts/one-time-links.ts";
import {
  type Browser,
  type Person,
  type ServerUnderTest,
  dumpOf,
  password,
  startServer,
} from "../http/server-under-test.ts";
import { rates } from "../limits.ts";
import { TestPasskey } from "../passkeys/test-authenticator.ts";
import { createResetLink } from "../recovery/reset-links.ts";

const newPassword = "a new battery staple";
const ownWord = { type: "password", password };

const change = (person: Browser, proof: object, signOutOthers = false) =>
  person.send("PUT", "/api/password", { proof, newPassword, signOutOthers });

const signIn = (browser: Browser, word: string) =>
  browser.send("POST", "/api/login", { handle: "alice", password: word });

async function addPasskey(server: ServerUnderTest, person: Person): Promise<TestPasskey> {
  const passkey = new TestPasskey(server.url);
  const options = await person.send("POST", "/api/passkeys/options", { proof: null });
  const made = passkey.make(options.body as NewPasskeyOptions);
  await person.send("POST", "/api/passkeys", { passkey: made });
  return passkey;
}

async function proofBy(passkey: TestPasskey, browser: Browser): Promise<object> {
  const request = await browser.send("POST", "/api/login/passkey/options", {});
  return { type: "passkey", assertion: passkey.use(request.body as PasskeyRequest) };
}

describe("changing the password", () => {
  test("takes the one that holds, also just after signing in, and counts guesses as sign-ins", async () => {
    const { signInsPerAccountAndSource } = rates;
    await using server = await startServer({ rates: { signInsPerAccountAndSource } });
    const alice = await server.signUp("alice");
    const guess = { type: "password", password: "a guess" };
    for (let count = 0; count < signInsPerAccountAndSource.burst; count++) {
      expect(await change(alice, guess)).toMatchObject({ body: { code: "wrong-password" } });
    }
    expect(await change(alice, ownWord)).toMatchObject({ status: 429 });
    expect(await signIn(server.browser(), password)).toMatchObject({ status: 429 });
  });

  test("leaves the other devices signed in, or signs them out, as is chosen", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const laptop = server.browser();
    await signIn(laptop, password);
    expect(await change(alice, ownWord)).toMatchObject({ status: 204 });
    expect(await laptop.send("GET", "/api/me")).toMatchObject({ status: 200 });
    expect(await signIn(server.browser(), password)).toMatchObject({ status: 403 });
    const newWord = { type: "password", password: newPassword };
    expect(await change(alice, newWord, true)).toMatchObject({ status: 204 });
    expect(await laptop.send("GET", "/api/me")).toMatchObject({ status: 401 });
    expect(await alice.send("GET", "/api/me")).toMatchObject({ status: 200 });
    expect(server.closedDevices).toHaveLength(1);
    expect(await signIn(server.browser(), newPassword)).toMatchObject({ status: 200 });
  });

  test("ends the links that were made for the account", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    await server.store.write(async (write) => {
      await createOneTimeLink(write, alice.me.id, "/messages");
      await createResetLink(write, alice.me.id);
    });
    await change(alice, ownWord);
    expect(await dumpOf(server)).toMatchObject({ one_time_link: [], reset_link: [] });
  });

  test("is for whoever forgot it and has a passkey", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const passkey = await addPasskey(server, alice);
    expect(await change(alice, await proofBy(passkey, alice))).toMatchObject({ status: 204 });
    expect(await signIn(server.browser(), newPassword)).toMatchObject({ status: 200 });
  });
});

test("an account is deleted by one of its own passkeys, and by nobody else's", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  const bob = await server.signUp("bob");
  const [passkey, bobs] = [await addPasskey(server, alice), await addPasskey(server, bob)];
  const remove = (proof: object) => alice.send("POST", "/api/accounts/me/delete", { proof });
  expect(await remove(await proofBy(bobs, alice))).toMatchObject({
    status: 403,
    body: { code: "passkey-refused" },
  });
  expect(await remove(await proofBy(passkey, alice))).toMatchObject({ status: 204 });
  expect(await alice.send("GET", "/api/me")).toMatchObject({ status: 401 });
  expect(await dumpOf(server)).toMatchObject({ account: [{ handle: "bob" }] });
});
