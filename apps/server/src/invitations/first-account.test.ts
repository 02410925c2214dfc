import { afterEach, beforeEach, expect, test } from "vitest";
import { type ServerUnderTest, password, startServer } from "../http/server-under-test.ts";
import { inviteFirstAccount } from "./first-account.ts";
import { createInvitation } from "./invitations.ts";

let server: ServerUnderTest;
beforeEach(async () => {
  server = await startServer({ signUp: "closed" });
});
afterEach(() => server[Symbol.asyncDispose]());

async function printed(): Promise<string> {
  const path = await inviteFirstAccount(server.store);
  return path?.split("#")[1] ?? "none was printed";
}

async function doesOpen(token: string): Promise<boolean> {
  return (await server.browser().send("POST", "/api/invitations/view", { token })).status === 200;
}

function signUp(handle: string, invitation: string) {
  const account = { handle, displayName: handle, password, invitation };
  return server.browser().send("POST", "/api/accounts", account);
}

test("the link for the first account is the one that was printed last", async () => {
  const [first, second] = [await printed(), await printed()];
  expect([await doesOpen(first), await doesOpen(second)]).toEqual([false, true]);
  expect((await signUp("alice", second)).status).toBe(200);
  expect(await inviteFirstAccount(server.store)).toBeUndefined();
});

test("the first account ends it, however it was made, and no other link of the operator's", async () => {
  const link = await printed();
  const [one, other] = await server.store.write(async (write) => [
    await createInvitation(write, null),
    await createInvitation(write, null),
  ]);
  if (one === undefined || other === undefined) throw new Error("two were made");
  await printed();
  expect(await doesOpen(one.token)).toBe(true);
  const last = await printed();
  expect((await signUp("alice", one.token)).status).toBe(200);
  expect(await Promise.all([link, last, other.token].map(doesOpen))).toEqual([false, false, true]);
});
