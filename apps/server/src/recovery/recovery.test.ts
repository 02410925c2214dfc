import { RecoveryCode, type WaysIn, showRecoveryCode } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { createOneTimeLink } from "../accounts/one-time-links.ts";
import {
  type Browser,
  type Person,
  dumpOf,
  password,
  startServer,
} from "../http/server-under-test.ts";
import { rates, serverLimits } from "../limits.ts";
import { removeExpiredCodes } from "./recovery-codes.ts";

const newPassword = "a new battery staple";
const wrong = { status: 403, body: { code: "wrong-recovery-code" } };

async function makeCode(person: Browser, proof: object | null = null): Promise<RecoveryCode> {
  const answer = await person.send("POST", "/api/recovery-code", { proof });
  expect(answer).toMatchObject({ status: 200 });
  return (answer.body as { recoveryCode: RecoveryCode }).recoveryCode;
}

function recover(browser: Browser, recoveryCode: string, handle = "alice") {
  return browser.send("POST", "/api/login/recovery-code", { handle, recoveryCode, newPassword });
}

async function codeOf(person: Person): Promise<WaysIn["recoveryCode"]> {
  return ((await person.send("GET", "/api/ways-in")).body as WaysIn).recoveryCode;
}

/** As the last character would be for none of the others. */
const anotherCode = RecoveryCode.parse("0".repeat(28));

describe("a recovery code", () => {
  test("is told when the account is made, and kept as a hash", async () => {
    await using server = await startServer();
    const body = { handle: "alice", displayName: "Alice", password };
    const { body: answer } = await server.browser().send("POST", "/api/accounts", body);
    const { recoveryCode } = answer as { recoveryCode: RecoveryCode };
    expect(RecoveryCode.parse(recoveryCode)).toBe(recoveryCode);
    const everything = JSON.stringify([await dumpOf(server), server.logged]);
    expect(everything).not.toContain(recoveryCode);
    expect(await dumpOf(server)).toMatchObject({
      recovery_code: [{ code_hash: expect.stringContaining("$argon2id$"), kept_at: null }],
    });
  });

  test("is missing where an account has none yet, and is known to be kept once its owner says so", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    expect(await codeOf(alice)).toBeNull();
    await makeCode(alice);
    const madeAt = server.clock.now;
    expect(await codeOf(alice)).toEqual({ madeAt, isKept: false, olderUntil: null });
    expect(await alice.send("PUT", "/api/recovery-code/kept", {})).toMatchObject({ status: 204 });
    expect(await codeOf(alice)).toEqual({ madeAt, isKept: true, olderUntil: null });
  });

  test("takes the place of the one before, which works for two weeks beside it", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const first = await makeCode(alice);
    await alice.send("PUT", "/api/recovery-code/kept", {});
    const second = await makeCode(alice);
    const olderUntil = server.clock.now + serverLimits.replacedCodeLifetimeMs;
    expect(await codeOf(alice)).toMatchObject({ isKept: false, olderUntil });
    server.clock.now = olderUntil;
    expect(await codeOf(alice)).toMatchObject({ olderUntil: null });
    expect(await recover(server.browser(), first)).toMatchObject(wrong);
    expect(await recover(server.browser(), second)).toMatchObject({ status: 200 });
  });

  test("that a thief of the password made does not outlast the owner's", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const owners = await makeCode(alice);
    server.clock.now += 1;
    const thief = server.browser();
    await thief.send("POST", "/api/login", { handle: "alice", password });
    await server.settled();
    alice.told.length = 0;
    let thiefs = owners;
    for (let count = 0; count < serverLimits.recoveryCodesPerAccountMax + 1; count++) {
      const made = await thief.send("POST", "/api/recovery-code", { proof: null });
      thiefs = (made.body as { recoveryCode: RecoveryCode }).recoveryCode;
    }
    await server.settled();
    expect(alice.told).toContainEqual({ type: "devices-changed" });
    const { recovery_code: codes } = (await dumpOf(server)) as { recovery_code: object[] };
    expect(codes).toHaveLength(serverLimits.recoveryCodesPerAccountMax);
    server.clock.now += serverLimits.replacedCodeLifetimeMs - 1;
    const recovered = await recover(thief, thiefs);
    expect(recovered).toMatchObject({ status: 200 });
    const { recoveryCode: next } = recovered.body as { recoveryCode: RecoveryCode };
    expect(await recover(server.browser(), owners)).toMatchObject({
      status: 200,
    });
    expect(await thief.send("GET", "/api/me")).toMatchObject({ status: 401 });
    expect(await recover(server.browser(), next)).toMatchObject(wrong);
    expect(await dumpOf(server)).toMatchObject({ recovery_code: [{ works_until: null }] });
  });

  test("that was replaced is forgotten when it works no more", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    await makeCode(alice);
    await makeCode(alice);
    server.clock.now += serverLimits.replacedCodeLifetimeMs;
    await server.store.write(removeExpiredCodes);
    expect(await dumpOf(server)).toMatchObject({ recovery_code: [{ works_until: null }] });
  });

  test("is made for the owner, who says who they are some time after signing in", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    server.clock.now += serverLimits.freshLoginMs;
    const tryWith = (proof: object | null) => alice.send("POST", "/api/recovery-code", { proof });
    expect(await tryWith(null)).toMatchObject({ status: 403, body: { code: "proof-needed" } });
    const guess = { type: "password", password: "a guess" };
    expect(await tryWith(guess)).toMatchObject({ status: 403, body: { code: "wrong-password" } });
    expect(await codeOf(alice)).toBeNull();
    expect(await tryWith({ type: "password", password })).toMatchObject({ status: 200 });
  });
});

describe("whoever has the recovery code", () => {
  test("sets a new password, is signed in, and is told the next code", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const code = await makeCode(alice);
    const browser = server.browser();
    const answer = await recover(browser, showRecoveryCode(code).toLowerCase(), " @Alice ");
    expect(answer).toMatchObject({ status: 200, body: { me: { handle: "alice" } } });
    expect(await browser.send("GET", "/api/me")).toMatchObject({ status: 200 });
    const signIn = (word: string) =>
      server.browser().send("POST", "/api/login", { handle: "alice", password: word });
    expect(await signIn(password)).toMatchObject({ status: 403 });
    expect(await signIn(newPassword)).toMatchObject({ status: 200 });
    const { recoveryCode: next } = answer.body as { recoveryCode: RecoveryCode };
    expect(next).not.toBe(code);
    expect(await recover(server.browser(), next)).toMatchObject({ status: 200 });
  });

  test("leaves no other way in: devices, passkeys and links end", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const bob = await server.signUp("bob");
    const code = await makeCode(alice);
    const key = { public_key: "k", counter: 0, name: "n", added_at: 1, last_used_at: null };
    const token = await server.store.write(async (write) => {
      for (const { me } of [alice, bob]) {
        const ids = { id: me.id as never, account_id: me.id, credential_id: me.id };
        await write.db
          .insertInto("passkey")
          .values({ ...ids, ...key })
          .execute();
      }
      return createOneTimeLink(write, alice.me.id, "/messages");
    });
    const thief = server.browser();
    await thief.send("POST", "/api/login", { handle: "alice", password });
    await recover(server.browser(), code);
    for (const browser of [alice, thief]) {
      expect(await browser.send("GET", "/api/me")).toMatchObject({ status: 401 });
    }
    expect(server.closedDevices).toHaveLength(2);
    expect(server.callsTold).toContain(`deviceGone ${alice.me.id} ${alice.me.deviceId}`);
    const link = await server.browser().send("POST", "/api/login/link", { token });
    expect(link).toMatchObject({ status: 410 });
    expect(await dumpOf(server)).toMatchObject({ passkey: [{ account_id: bob.me.id }] });
    expect(await bob.send("GET", "/api/me")).toMatchObject({ status: 200 });
  });

  test("uses it once, however many try at the same time", async () => {
    await using server = await startServer();
    const code = await makeCode(await server.signUp("alice"));
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => recover(server.browser(), code)),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual([
      "200",
      "403",
      "403",
      "403",
    ]);
    expect(await dumpOf(server)).toMatchObject({ login: [{}], recovery_code: [{}] });
  });
});

describe("a wrong recovery code", () => {
  test("is refused in one sentence, whoever it is tried for, and changes nothing", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    await makeCode(alice);
    await server.signUp("bob");
    const carol = await server.signUp("carol");
    const carolsCode = await makeCode(carol);
    await server.store.write(async ({ db, now }) => {
      await db
        .updateTable("account")
        .set({ suspended_at: now })
        .where("handle", "=", carol.handle)
        .execute();
    });
    const before = await dumpOf(server);
    const answers = await Promise.all([
      recover(server.browser(), anotherCode),
      recover(server.browser(), anotherCode, "bob"),
      recover(server.browser(), anotherCode, "nobody"),
      recover(server.browser(), carolsCode, "carol"),
    ]);
    expect(answers).toMatchObject([wrong, wrong, wrong, wrong]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await dumpOf(server)).toEqual(before);
  });

  test("that was mistyped is told apart by its form, and costs no attempt", async () => {
    await using server = await startServer({
      rates: { signInsPerAccountAndSource: { burst: 1, perMinute: 1 } },
    });
    const code = await makeCode(await server.signUp("alice"));
    const mistyped = code.slice(0, -1) + (code.endsWith("0") ? "1" : "0");
    for (const typed of [mistyped, code.slice(1)]) {
      const answer = await recover(server.browser(), typed);
      expect(answer).toMatchObject({ status: 400, body: { field: "recoveryCode" } });
    }
    expect(await recover(server.browser(), code)).toMatchObject({ status: 200 });
  });

  test("is counted with the wrong passwords of its handle and source", async () => {
    const narrow = { signInsPerAccountAndSource: rates.signInsPerAccountAndSource };
    await using server = await startServer({ rates: narrow });
    const code = await makeCode(await server.signUp("alice"));
    for (let count = 0; count < narrow.signInsPerAccountAndSource.burst; count++) {
      expect(await recover(server.browser(), anotherCode)).toMatchObject(wrong);
    }
    const browser = server.browser();
    expect(await recover(browser, code)).toMatchObject({ status: 429 });
    const signIn = await browser.send("POST", "/api/login", { handle: "alice", password });
    expect(signIn).toMatchObject({ status: 429 });
  });
});
