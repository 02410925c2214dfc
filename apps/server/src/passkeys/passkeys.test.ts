import {
  type NewPasskeyOptions,
  type Passkey,
  type PasskeyAssertion,
  type PasskeyRequest,
  type WaysIn,
  limits,
} from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import {
  type Answer,
  type Browser,
  type Person,
  type ServerUnderTest,
  dumpOf,
  password,
  startServer,
} from "../http/server-under-test.ts";
import { rates, serverLimits } from "../limits.ts";
import { type Faults, TestPasskey } from "./test-authenticator.ts";

const refused = { status: 403, body: { code: "passkey-refused" } };

async function begin(person: Browser, proof: object | null = null): Promise<NewPasskeyOptions> {
  const answer = await person.send("POST", "/api/passkeys/options", { proof });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as NewPasskeyOptions;
}

async function ask(browser: Browser): Promise<PasskeyRequest> {
  const answer = await browser.send("POST", "/api/login/passkey/options", {});
  return answer.body as PasskeyRequest;
}

/** A passkey that opens the account from now on. */
async function addPasskey(server: ServerUnderTest, person: Person): Promise<TestPasskey> {
  const passkey = new TestPasskey(server.url);
  const body = { passkey: passkey.make(await begin(person)) };
  expect(await person.send("POST", "/api/passkeys", body)).toMatchObject({ status: 200 });
  return passkey;
}

function signIn(browser: Browser, assertion: PasskeyAssertion): Promise<Answer> {
  return browser.send("POST", "/api/login/passkey", { assertion });
}

async function waysIn(person: Browser): Promise<WaysIn> {
  return (await person.send("GET", "/api/ways-in")).body as WaysIn;
}

describe("a passkey", () => {
  test("is made for an account that its options name by nothing but its id and its names", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    expect(await begin(alice)).toEqual({
      challenge: expect.stringMatching(/^[\w-]{72}$/),
      rp: { id: "127.0.0.1", name: "Ringfence" },
      user: {
        id: Buffer.from(alice.me.id).toString("base64url"),
        name: "alice",
        displayName: "alice of the test",
      },
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
      timeout: serverLimits.passkeyTimeoutMs,
      attestation: "none",
      excludeCredentials: [],
      authenticatorSelection: {
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
    });
  });

  test("that was added opens the account without a word of whose it is", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const passkey = await addPasskey(server, alice);
    const browser = server.browser();
    const answer = await signIn(browser, passkey.use(await ask(browser)));
    expect(answer).toMatchObject({ status: 200, body: { handle: "alice" } });
    expect(await browser.send("GET", "/api/me")).toMatchObject({ status: 200 });
  });

  test("is listed with its device's name, when it was added and used, and what to exclude", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const addedAt = server.clock.now;
    const passkey = await addPasskey(server, alice);
    server.clock.now += 7_200_000;
    await signIn(server.browser(), passkey.use(await ask(alice)));
    const lastUsedAt = server.clock.now - (server.clock.now % serverLimits.lastSeenStepMs);
    expect(await waysIn(alice)).toEqual({
      passkeys: [{ id: expect.any(String), name: "Firefox on Linux", addedAt, lastUsedAt }],
      recoveryCode: null,
      resetLink: null,
      asksForProof: true,
    });
    const next = await begin(alice, { type: "password", password });
    expect(next.excludeCredentials).toEqual([{ type: "public-key", id: passkey.id }]);
  });

  test("is named and removed by its owner, and by nobody else", async () => {
    await using server = await startServer();
    const [alice, bob] = [await server.signUp("alice"), await server.signUp("bob")];
    const passkey = await addPasskey(server, alice);
    const [{ id } = { id: "" }] = (await waysIn(alice)).passkeys;
    const path = `/api/passkeys/${id}`;
    const notFound = { status: 404, body: { code: "not-found" } };
    expect(await bob.send("PATCH", path, { name: "Mine" })).toMatchObject(notFound);
    expect(await bob.send("DELETE", path)).toMatchObject(notFound);
    const named = await alice.send("PATCH", path, { name: "  The key on my ring " });
    expect(named).toMatchObject({ status: 200, body: { id, name: "The key on my ring" } });
    expect(await alice.send("DELETE", path)).toMatchObject({ status: 204 });
    expect(await signIn(alice, passkey.use(await ask(alice)))).toMatchObject(refused);
    expect((await waysIn(alice)).passkeys).toEqual([]);
  });

  test("is one of so many at most", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    for (let count = 0; count < limits.passkeysPerAccountMax; count++) {
      await addPasskey(server, alice);
    }
    const body = { passkey: new TestPasskey(server.url).make(await begin(alice)) };
    const answer = await alice.send("POST", "/api/passkeys", body);
    expect(answer).toMatchObject({ status: 409, body: { code: "list-full" } });
  });

  test("belongs to the public origin's host where there is one, whatever host was asked", async () => {
    await using server = await startServer({ publicOrigin: "https://calls.example:8443" });
    const alice = await server.signUp("alice");
    const options = await begin(alice);
    expect(options.rp.id).toBe("calls.example");
    const added = async (origin: string) => {
      const body = { passkey: new TestPasskey(origin).make(await begin(alice)) };
      return alice.send("POST", "/api/passkeys", body);
    };
    expect(await added(server.url)).toMatchObject(refused);
    expect(await added("https://calls.example")).toMatchObject(refused);
    expect(await added("https://calls.example:8443")).toMatchObject({ status: 200 });
  });
});

const faults: [string, Faults][] = [
  ["on a page of another origin", { origin: "https://calls.example.attacker.test" }],
  ["on a page of another scheme", { origin: "wss://127.0.0.1" }],
  ["for another host", { rpId: "attacker.test" }],
  ["for something else", { type: "payment.get" }],
  ["with a challenge of its own", { challenge: "A".repeat(72) }],
  ["by somebody whom the authenticator did not recognise", { isUnverified: true }],
];

describe("signing in is refused to a passkey that was used", () => {
  test.each<[string, Faults]>([
    ...faults,
    [
      "in the name of another account",
      { userHandle: Buffer.from("0".repeat(26)).toString("base64url") },
    ],
  ])("%s", async (_, fault) => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const passkey = await addPasskey(server, alice);
    const before = await dumpOf(server);
    const browser = server.browser();
    const answer = await signIn(browser, passkey.use(await ask(browser), fault));
    expect(answer).toMatchObject(refused);
    expect(browser.cookie).toBeUndefined();
    expect(await dumpOf(server)).toEqual(before);
    // The fault was the only one.
    expect(await signIn(browser, passkey.use(await ask(browser)))).toMatchObject({ status: 200 });
  });

  test("before: an assertion that somebody overheard is worth nothing", async () => {
    await using server = await startServer();
    const passkey = await addPasskey(server, await server.signUp("alice"));
    const assertion = passkey.use(await ask(server.browser()));
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => signIn(server.browser(), assertion)),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual([
      "200",
      "403",
      "403",
      "403",
      "403",
    ]);
  });

  test("too late", async () => {
    await using server = await startServer();
    const passkey = await addPasskey(server, await server.signUp("alice"));
    const assertion = passkey.use(await ask(server.browser()));
    server.clock.now += serverLimits.passkeyTimeoutMs;
    expect(await signIn(server.browser(), assertion)).toMatchObject(refused);
  });

  test("to answer a challenge for adding one", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const passkey = await addPasskey(server, alice);
    const { challenge } = await begin(alice);
    const request = { ...(await ask(alice)), challenge };
    expect(await signIn(server.browser(), passkey.use(request))).toMatchObject(refused);
  });

  test("by a copy: its counter fell behind that of the one it was copied from", async () => {
    await using server = await startServer();
    const passkey = await addPasskey(server, await server.signUp("alice"));
    const use = async (counter: number) =>
      signIn(server.browser(), passkey.use(await ask(server.browser()), { counter }));
    expect(await use(5)).toMatchObject({ status: 200 });
    expect(await use(5)).toMatchObject(refused);
    expect(await use(4)).toMatchObject(refused);
    expect(await use(6)).toMatchObject({ status: 200 });
  });

  test("for an account that is suspended, in the words for one that nobody knows", async () => {
    await using server = await startServer();
    const passkey = await addPasskey(server, await server.signUp("alice"));
    await server.store.write(async ({ db, now }) => {
      await db.updateTable("account").set({ suspended_at: now }).execute();
    });
    const browser = server.browser();
    const suspended = await signIn(browser, passkey.use(await ask(browser)));
    const stranger = new TestPasskey(server.url).use(await ask(browser));
    expect(suspended).toMatchObject(refused);
    expect((await signIn(browser, stranger)).text).toBe(suspended.text);
  });
});

describe("adding is refused to a passkey that was made", () => {
  test.each(faults)("%s", async (_, fault) => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const before = await dumpOf(server);
    const passkey = new TestPasskey(server.url).make(await begin(alice), fault);
    expect(await alice.send("POST", "/api/passkeys", { passkey })).toMatchObject(refused);
    expect(await dumpOf(server)).toEqual(before);
  });

  test("for another account, on another device, or before", async () => {
    await using server = await startServer();
    const [alice, bob] = [await server.signUp("alice"), await server.signUp("bob")];
    const device = server.browser();
    await device.send("POST", "/api/login", { handle: "alice", password });
    const passkey = new TestPasskey(server.url).make(await begin(alice));
    expect(await bob.send("POST", "/api/passkeys", { passkey })).toMatchObject(refused);
    expect(await device.send("POST", "/api/passkeys", { passkey })).toMatchObject(refused);
    expect(await alice.send("POST", "/api/passkeys", { passkey })).toMatchObject({ status: 200 });
    expect(await alice.send("POST", "/api/passkeys", { passkey })).toMatchObject(refused);
  });

  test("with the id of somebody's passkey", async () => {
    await using server = await startServer();
    const [alice, bob] = [await server.signUp("alice"), await server.signUp("bob")];
    const passkey = await addPasskey(server, alice);
    const copy = passkey.make(await begin(bob));
    expect(await bob.send("POST", "/api/passkeys", { passkey: copy })).toMatchObject(refused);
    expect((await waysIn(alice)).passkeys).toHaveLength(1);
  });
});

/** Somebody with a passkey who signed in a while ago. */
async function late() {
  const server = await startServer();
  const alice = await server.signUp("alice");
  const passkey = await addPasskey(server, alice);
  server.clock.now += serverLimits.freshLoginMs;
  const tryWith = (proof: object | null) => alice.send("POST", "/api/passkeys/options", { proof });
  return { server, alice, passkey, tryWith };
}

describe("whoever adds a passkey some time after signing in", () => {
  test("has to say who they are, and is told so before", async () => {
    const { server, alice, tryWith } = await late();
    await using _ = server;
    expect(await waysIn(alice)).toMatchObject({ asksForProof: true });
    const answer = await tryWith(null);
    expect(answer).toMatchObject({
      status: 403,
      body: { code: "proof-needed", field: "password" },
    });
  });

  test("does so by the password, which is not guessed for long", async () => {
    const narrow = { signInsPerAccountAndSource: rates.signInsPerAccountAndSource };
    await using server = await startServer({ rates: narrow });
    const alice = await server.signUp("alice");
    const tryWith = (word: string) =>
      alice.send("POST", "/api/passkeys/options", { proof: { type: "password", password: word } });
    expect(await tryWith(password)).toMatchObject({ status: 200 });
    for (let count = 0; count < narrow.signInsPerAccountAndSource.burst; count++) {
      const body = { code: "wrong-password", field: "password" };
      expect(await tryWith("a guess")).toMatchObject({ status: 403, body });
    }
    expect(await tryWith(password)).toMatchObject({ status: 429 });
    const login = await server.browser().send("POST", "/api/login", { handle: "alice", password });
    expect(login).toMatchObject({ status: 429 });
  });

  test("does so by a passkey of theirs, and of nobody else's, once", async () => {
    const { server, alice, passkey, tryWith } = await late();
    await using _ = server;
    const bobs = await addPasskey(server, await server.signUp("bob"));
    const of = async (used: TestPasskey) => ({
      type: "passkey",
      assertion: used.use(await ask(alice)),
    });
    expect(await tryWith(await of(bobs))).toMatchObject(refused);
    const proof = await of(passkey);
    expect(await tryWith(proof)).toMatchObject({ status: 200 });
    expect(await tryWith(proof)).toMatchObject(refused);
  });
});

test("what to ask a browser for is the same for everybody, and takes no handle", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  await addPasskey(server, alice);
  const [known, unknown] = [await ask(alice), await ask(server.browser())];
  expect({ ...known, challenge: "" }).toEqual({ ...unknown, challenge: "" });
  expect(Object.keys(known).toSorted()).toEqual([
    "challenge",
    "rpId",
    "timeout",
    "userVerification",
  ]);
});

test("passkeys that fail are counted with the other attempts of their source", async () => {
  const narrow = { signInsPerSource: { burst: 3, perMinute: 1 } };
  await using server = await startServer({ rates: narrow });
  const passkey = await addPasskey(server, await server.signUp("alice"));
  const browser = server.browser();
  const attempt = async (fault: Faults) => signIn(browser, passkey.use(await ask(browser), fault));
  for (let count = 0; count < 5; count++) expect(await attempt({})).toMatchObject({ status: 200 });
  for (let count = 0; count < 3; count++) {
    expect(await attempt({ isUnverified: true })).toMatchObject(refused);
  }
  expect(await attempt({})).toMatchObject({ status: 429 });
});

test("nonsense in place of a passkey is refused and changes nothing", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  const passkey = await addPasskey(server, alice);
  const before = await dumpOf(server);
  const good = passkey.use(await ask(alice));
  for (const response of [
    { ...good.response, clientDataJSON: "AAAA" },
    { ...good.response, authenticatorData: "AAAA" },
    { ...good.response, signature: "AAAA" },
  ]) {
    expect(await signIn(server.browser(), { ...good, response })).toMatchObject(refused);
  }
  const made = new TestPasskey(server.url).make(await begin(alice));
  const broken = { ...made, response: { ...made.response, attestationObject: "AAAA" } };
  expect(await alice.send("POST", "/api/passkeys", { passkey: broken })).toMatchObject(refused);
  expect(await dumpOf(server)).toEqual(before);
});

test("the list of passkeys says nothing of their keys", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  await addPasskey(server, alice);
  const [listed] = (await waysIn(alice)).passkeys;
  expect(Object.keys(listed as Passkey).toSorted()).toEqual([
    "addedAt",
    "id",
    "lastUsedAt",
    "name",
  ]);
});
