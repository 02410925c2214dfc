import { RecoveryCode, makeRecoveryCode, recoveryCodeRandomBytes } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alice, online, openWorld, type TestWorld } from "../../test/test-client.ts";
import { assertionOf } from "../../test/test-passkeys.ts";
import { until } from "../../test/until.ts";

const recoveryCode = makeRecoveryCode(new Uint8Array(recoveryCodeRandomBytes).fill(7));
const request = (challenge: string, timeout = 300_000) => ({
  status: 200,
  body: { challenge, rpId: "localhost", userVerification: "required", timeout },
});
const options = {
  challenge: "bmV3",
  rp: { id: "localhost", name: "Ringfence" },
  user: { id: "AAAA", name: "alice", displayName: "Alice" },
  pubKeyCredParams: [{ type: "public-key", alg: -7 }],
  timeout: 300_000,
  attestation: "none",
  excludeCredentials: [],
  authenticatorSelection: {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  },
};

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
  world.answers.set("POST /api/login/passkey/options", () => request("b2xk"));
});
afterEach(() => world[Symbol.asyncDispose]());

const sent = (path: string) =>
  world.server.requests.filter((each) => each.path === path).map(({ body }) => body);

async function signOut(): Promise<void> {
  world.answers.set("GET /api/me", () => ({
    status: 401,
    body: { code: "not-signed-in", message: "Sign in first." },
  }));
  await until(world.client.account.snapshot, ({ state }) => state === "signed-out");
}

describe("a passkey", () => {
  test("signs in with what the browser answers to the server's challenge", async () => {
    await signOut();
    world.answers.set("POST /api/login/passkey", () => ({ status: 200, body: alice }));
    await world.client.waysIn.signInByPasskey();
    expect(sent("/api/login/passkey")).toEqual([{ assertion: assertionOf("b2xk") }]);
    expect(world.client.account.snapshot.get().state).toBe("signed-in");
  });

  test("that is not given says so in words, and nothing is sent", async () => {
    await signOut();
    world.passkeys.fault = "cancelled";
    await expect(world.client.waysIn.signInByPasskey()).rejects.toMatchObject({
      name: "PasskeyError",
      message: "No passkey was used. Try again, or go on without one.",
    });
    expect(sent("/api/login/passkey")).toEqual([]);
  });

  test("is offered in a field, and signs in when it is picked there", async () => {
    await signOut();
    world.answers.set("POST /api/login/passkey", () => ({ status: 200, body: alice }));
    const offered = world.client.waysIn.offerPasskeys(new AbortController().signal);
    await until(world.passkeys.asked, (asked) => asked.length === 1);
    world.passkeys.pick?.();
    await offered;
    expect(world.client.account.snapshot.get().state).toBe("signed-in");
  });

  test("is offered with a new challenge before the one before expires, until nobody looks", async () => {
    await signOut();
    let challenges = 0;
    world.answers.set("POST /api/login/passkey/options", () => request(`${++challenges}abc`, 1));
    const looking = new AbortController();
    const offered = world.client.waysIn.offerPasskeys(looking.signal);
    await until(world.passkeys.asked, (asked) => asked.length >= 3);
    looking.abort();
    await offered;
    expect(world.passkeys.asked.get().slice(0, 2)).toEqual(["offer 1abc", "offer 2abc"]);
    expect(sent("/api/login/passkey")).toEqual([]);
  });

  test.each([
    ["where the browser has none", () => (world.passkeys.isThere = false)],
    ["where it offers none in fields", () => (world.passkeys.offersInFields = false)],
    [
      "where the server does not answer",
      () => world.answers.set("POST /api/login/passkey/options", () => ({ status: 502 })),
    ],
  ])("is not offered %s, and the page says nothing of it", async (_, prepare) => {
    await signOut();
    prepare();
    await world.client.waysIn.offerPasskeys(new AbortController().signal);
    expect(world.passkeys.asked.get()).toEqual([]);
  });

  test("is added with the password, or with another passkey, as proof", async () => {
    await online(world);
    const added = { id: "4".repeat(26), name: "Firefox on Linux", addedAt: 1, lastUsedAt: null };
    world.answers.set("POST /api/passkeys/options", () => ({ status: 200, body: options }));
    world.answers.set("POST /api/passkeys", () => ({ status: 200, body: added }));
    const password = { type: "password", password: "correct horse" } as const;
    expect(await world.client.waysIn.addPasskey(password)).toEqual(added);
    await world.client.waysIn.addPasskey({ type: "passkey" });
    await world.client.waysIn.addPasskey(null);
    expect(sent("/api/passkeys/options")).toEqual([
      { proof: password },
      { proof: { type: "passkey", assertion: assertionOf("b2xk") } },
      { proof: null },
    ]);
    expect(world.passkeys.asked.get()).toEqual(["make bmV3", "ask b2xk", "make bmV3", "make bmV3"]);
  });
});

const shown = () => world.client.waysIn.newCode.get();

describe("a new recovery code", () => {
  const inGroups = (recoveryCode.match(/.{4}/g) ?? []).join("-");

  test("of a new account is there when the account is, and goes when it is kept", async () => {
    await signOut();
    world.answers.set("POST /api/accounts", () => ({
      status: 200,
      body: { me: alice, recoveryCode },
    }));
    const codes: (string | undefined)[] = [];
    world.client.account.snapshot.subscribe(() => codes.push(shown()?.code));
    const signUp = { handle: alice.handle, displayName: "Alice", password: "long enough" };
    await world.client.account.signUp(signUp);
    expect(codes).toEqual([inGroups]);
    expect(shown()).toEqual({ of: alice.id, code: inGroups, after: "sign-up" });
    world.answers.set("PUT /api/recovery-code/kept", () => ({ status: 204 }));
    await world.client.waysIn.keepRecoveryCode();
    expect(shown()).toBeNull();
  });

  test("stays shown where the server could not be told that it is kept", async () => {
    await online(world);
    world.answers.set("POST /api/recovery-code", () => ({ status: 200, body: { recoveryCode } }));
    await world.client.waysIn.makeRecoveryCode(null);
    world.answers.set("PUT /api/recovery-code/kept", () => ({ status: 502 }));
    await expect(world.client.waysIn.keepRecoveryCode()).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(shown()).toMatchObject({ code: inGroups, after: "asking" });
  });

  test("follows the one that was used, with the new password and as it was typed", async () => {
    await signOut();
    world.answers.set("POST /api/login/recovery-code", () => ({
      status: 200,
      body: { me: alice, recoveryCode },
    }));
    const used = RecoveryCode.parse(inGroups.toLowerCase());
    const by = { handle: alice.handle, recoveryCode: used, newPassword: "another one" };
    await world.client.waysIn.recover(by);
    expect(sent("/api/login/recovery-code")).toEqual([by]);
    expect(shown()).toEqual({ of: alice.id, code: inGroups, after: "recovery" });
  });

  test("is not shown to somebody else who signs in on this page", async () => {
    await online(world);
    world.answers.set("POST /api/recovery-code", () => ({ status: 200, body: { recoveryCode } }));
    await world.client.waysIn.makeRecoveryCode(null);
    const other = { ...alice, id: "3".repeat(26), handle: "bob" };
    world.answers.set("GET /api/me", () => ({ status: 200, body: other }));
    world.page.happen("shown");
    await until(
      world.client.account.snapshot,
      (account) => account.state === "signed-in" && account.me.id === other.id,
    );
    expect(shown()).toBeNull();
  });
});

describe("a recovery code of another device", () => {
  const olderUntil = 1_900_000_000_000;
  const say = (madeAt: number) => {
    const waysIn = { passkeys: [], recoveryCode: { madeAt, isKept: true, olderUntil } };
    const body = { ...waysIn, resetLink: null, asksForProof: false };
    world.answers.set("GET /api/ways-in", () => ({ status: 200, body }));
    world.server.connections.at(-1)?.deliver({ type: "devices-changed" });
  };

  test("is told until its person knows, and the next one again", async () => {
    await online(world);
    const { newerCode } = world.client.waysIn;
    say(1);
    expect(await until(newerCode, (newer) => newer !== null)).toEqual({ madeAt: 1, olderUntil });
    world.client.waysIn.dismissNewerCode();
    expect(newerCode.get()).toBeNull();
    await world.client.waysIn.refresh();
    expect(newerCode.get()).toBeNull();
    say(2);
    expect(await until(newerCode, (newer) => newer !== null)).toEqual({ madeAt: 2, olderUntil });
  });

  test("is none where this device made it", async () => {
    await online(world);
    world.answers.set("POST /api/recovery-code", () => ({ status: 200, body: { recoveryCode } }));
    say(3);
    await world.client.waysIn.makeRecoveryCode(null);
    await world.client.waysIn.refresh();
    expect(world.client.waysIn.newerCode.get()).toBeNull();
  });
});

const sayResetLink = (resetLink: object | null) =>
  world.answers.set("GET /api/ways-in", () => ({
    status: 200,
    body: { passkeys: [], recoveryCode: null, resetLink, asksForProof: false },
  }));

describe("a link of the operator's", () => {
  const worksUntil = 86_400_000;

  test("is told of while it can be used, until this person refuses it", async () => {
    const connection = await online(world);
    sayResetLink({ madeAt: 1, worksUntil });
    connection.deliver({ type: "devices-changed" });
    const { resetLink } = world.client.waysIn;
    expect(await until(resetLink, (link) => link !== null)).toEqual({ madeAt: 1, worksUntil });
    world.answers.set("POST /api/reset-link/refuse", () => ({ status: 204 }));
    await world.client.waysIn.refuseResetLink(null);
    expect(resetLink.get()).toBeNull();
    expect(sent("/api/reset-link/refuse")).toEqual([{ proof: null }]);
  });

  test("sets a new password, and this device begins anew with the next recovery code", async () => {
    await signOut();
    world.answers.set("POST /api/login/reset", () => ({
      status: 200,
      body: { me: alice, recoveryCode },
    }));
    const by = { token: "token", newPassword: "another one" };
    await world.client.waysIn.reset(by);
    expect(sent("/api/login/reset")).toEqual([by]);
    expect(world.client.waysIn.newCode.get()).toMatchObject({ of: alice.id, after: "reset" });
    expect(world.client.account.snapshot.get().state).toBe("signed-in");
  });
});

test("a password is changed, and an account deleted, by a passkey in place of the password", async () => {
  await online(world);
  const proof = { type: "passkey", assertion: assertionOf("b2xk") };
  for (const path of ["PUT /api/password", "POST /api/accounts/me/delete"]) {
    world.answers.set(path, () => ({ status: 204 }));
  }
  const change = { newPassword: "another one", signOutOthers: true };
  await world.client.waysIn.changePassword({ type: "passkey" }, change);
  await world.client.account.deleteAccount({ type: "passkey" });
  expect(sent("/api/password")).toEqual([{ proof, ...change }]);
  expect(sent("/api/accounts/me/delete")).toEqual([{ proof }]);
  expect(world.client.account.snapshot.get().state).toBe("signed-out");
});
