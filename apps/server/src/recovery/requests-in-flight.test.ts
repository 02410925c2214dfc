import type { NewPasskeyOptions, RecoveryCode } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { Passwords } from "../accounts/passwords.ts";
import { type Answer, dumpOf, password, startServer } from "../http/server-under-test.ts";
import { TestPasskey } from "../passkeys/test-authenticator.ts";

const newPassword = "a new battery staple";
const notSignedIn = { status: 401, body: { code: "not-signed-in" } };
const proof = { type: "password", password };

/** Checks passwords as ever, and can keep the next answer back. */
class HeldPasswords extends Passwords {
  #next: { checked: PromiseWithResolvers<void>; go: PromiseWithResolvers<void> } | null = null;

  /** @returns when the next password has been checked, and what lets its request go on */
  holdNext(): { checked: Promise<void>; go: () => void } {
    const next = { checked: Promise.withResolvers<void>(), go: Promise.withResolvers<void>() };
    this.#next = next;
    return { checked: next.checked.promise, go: next.go.resolve };
  }

  override async isRight(...asked: Parameters<Passwords["isRight"]>): Promise<boolean> {
    const held = this.#next;
    this.#next = null;
    const isRight = await super.isRight(...asked);
    held?.checked.resolve();
    await held?.go.promise;
    return isRight;
  }
}

/** Somebody who has the password asks for something, and the account is recovered meanwhile. */
async function startRecovered() {
  const passwords = new HeldPasswords();
  const server = await startServer({ passwords });
  const alice = await server.signUp("alice");
  const made = await alice.send("POST", "/api/recovery-code", { proof: null });
  const { recoveryCode } = made.body as { recoveryCode: RecoveryCode };
  const recover = async () => {
    const body = { handle: "alice", recoveryCode, newPassword };
    const answer = await server.browser().send("POST", "/api/login/recovery-code", body);
    expect(answer).toMatchObject({ status: 200 });
    return (answer.body as { recoveryCode: RecoveryCode }).recoveryCode;
  };
  const recoverDuring = async (ask: () => Promise<Answer>) => {
    const held = passwords.holdNext();
    const asked = ask();
    await held.checked;
    const next = await recover();
    const before = await dumpOf(server);
    held.go();
    const answer = await asked;
    expect(await dumpOf(server)).toEqual(before);
    return { answer, next };
  };
  return { server, alice, recoverDuring };
}

test("a sign-in by the old password does not outlast a recovery", async () => {
  const { server, recoverDuring } = await startRecovered();
  await using _ = server;
  const thief = server.browser();
  const { answer } = await recoverDuring(() =>
    thief.send("POST", "/api/login", { handle: "alice", password }),
  );
  expect(answer).toMatchObject({ status: 403, body: { code: "wrong-password" } });
});

test("a recovery code that was asked for before a recovery is not made after it", async () => {
  const { server, alice, recoverDuring } = await startRecovered();
  await using _ = server;
  const { answer, next } = await recoverDuring(() =>
    alice.send("POST", "/api/recovery-code", { proof }),
  );
  expect(answer).toMatchObject(notSignedIn);
  const body = { handle: "alice", recoveryCode: next, newPassword };
  const again = await server.browser().send("POST", "/api/login/recovery-code", body);
  expect(again).toMatchObject({ status: 200 });
});

test("an account that was recovered is not deleted by whoever was signed out", async () => {
  const { server, alice, recoverDuring } = await startRecovered();
  await using _ = server;
  const { answer } = await recoverDuring(() =>
    alice.send("POST", "/api/accounts/me/delete", { proof: { type: "password", password } }),
  );
  expect(answer).toMatchObject(notSignedIn);
});

test("a passkey that was asked for before a recovery is not added after it", async () => {
  const { server, alice, recoverDuring } = await startRecovered();
  await using _ = server;
  const { answer } = await recoverDuring(() =>
    alice.send("POST", "/api/passkeys/options", { proof }),
  );
  const passkey = new TestPasskey(server.url).make(answer.body as NewPasskeyOptions);
  expect(await alice.send("POST", "/api/passkeys", { passkey })).toMatchObject(notSignedIn);
  expect(await dumpOf(server)).toMatchObject({ passkey: [] });
});
