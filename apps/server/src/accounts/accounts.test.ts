import { describe, expect, test } from "vitest";
import { type AccountId, Handle, type Me } from "@ringfence/protocol";
import {
  type ServerUnderTest,
  dumpOf,
  password,
  startServer,
  write,
} from "../http/server-under-test.ts";
import { follow } from "../people/follows.ts";
import { createOneTimeLink } from "./one-time-links.ts";

describe("signing up", () => {
  test("makes an account that rings nobody and is rung by nobody, and signs the browser in", async () => {
    await using server = await startServer();
    const browser = server.browser();
    const answer = await browser.send("POST", "/api/accounts", {
      handle: " @Alice ",
      displayName: " Alice A. ",
      password,
    });
    expect(answer.status).toBe(200);
    const { me } = answer.body as { me: Me };
    expect(me).toMatchObject({
      handle: "alice",
      displayName: "Alice A.",
      callSettings: { calling: "unset", audiences: [], hideAddress: true },
    });
    expect(await browser.send("GET", "/api/me")).toMatchObject({ status: 200, body: me });
  });

  test("keeps neither the password nor the cookie", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const everything = JSON.stringify([await dumpOf(server), server.logged]);
    expect(everything).not.toContain(password);
    expect(everything).not.toContain(alice.cookie?.split("=")[1]);
    expect(everything).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
  });

  test("with a handle that somebody has is refused, whatever its capitals", async () => {
    await using server = await startServer();
    await server.signUp("alice");
    const before = await dumpOf(server);
    const browser = server.browser();
    const body = { handle: "ALICE", displayName: "Another", password };
    const answer = await browser.send("POST", "/api/accounts", body);
    expect(answer).toMatchObject({ status: 409, body: { code: "handle-taken", field: "handle" } });
    expect(browser.cookie).toBeUndefined();
    expect(await dumpOf(server)).toEqual(before);
  });

  test("ten times at once with one handle makes one account", async () => {
    await using server = await startServer();
    const body = { handle: "alice", displayName: "Alice", password };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => server.browser().send("POST", "/api/accounts", body)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    expect(await dumpOf(server)).toMatchObject({ account: [{}], device: [{}], login: [{}] });
  });

  test("is refused where the operator closed it, and signing in is not", async () => {
    await using server = await startServer({ signUp: "closed" });
    const body = { handle: "alice", displayName: "Alice", password };
    const answer = await server.browser().send("POST", "/api/accounts", body);
    expect(answer).toMatchObject({ status: 403, body: { code: "sign-up-closed" } });
    const signIn = await server.browser().send("POST", "/api/login", { handle: "alice", password });
    expect(signIn).toMatchObject({ status: 403, body: { code: "wrong-password" } });
  });
});

const tablesAboutPairs = [
  "recent_ring",
  "call_grant",
  "ask",
  "address_book_entry",
  "address_exception",
  "refused_attempt",
  "report",
  "invitation",
];

/** A row in every table of the rules of ringing, that one of two people owns. */
async function rememberForRules(
  server: ServerUnderTest,
  owner: AccountId,
  other: AccountId,
): Promise<void> {
  const pair = { owner_id: owner, other_id: other };
  const grant = { kind: "always", until_at: null, paused_until: null } as const;
  const attempt = { reason: "no-audience", attempt_count: 1, last_at: 1 } as const;
  const id = `about ${owner}` as never;
  const reportedHandle = Handle.parse("somebody");
  await server.store.write(async ({ db }) => {
    await db
      .insertInto("recent_ring")
      .values({
        call_id: id,
        caller_id: owner,
        callee_id: other,
        rang_at: 1,
        answered_at: null,
        unanswered_at: 1,
        counts_for_callee: 1,
      })
      .execute();
    await db
      .insertInto("call_grant")
      .values({ ...pair, ...grant, may_break_through: 0, unanswered_count: 0, created_at: 1 })
      .execute();
    await db
      .insertInto("ask")
      .values({
        id,
        asker_id: owner,
        asked_id: other,
        reason: "",
        asked_at: 1,
        withdrawn_at: null,
        answered_at: null,
        granted_at: null,
      })
      .execute();
    await db
      .insertInto("address_book_entry")
      .values({ ...pair, created_at: 1 })
      .execute();
    await db
      .insertInto("address_exception")
      .values({ ...pair, exception: "show" })
      .execute();
    await db
      .insertInto("refused_attempt")
      .values({ ...pair, ...attempt })
      .execute();
    await db
      .insertInto("report")
      .values({
        id,
        reporter_id: owner,
        reported_id: other,
        reported_handle: reportedHandle,
        about: "person",
        text: "",
        created_at: 1,
        closed_at: null,
      })
      .execute();
    const times = { created_at: 1, expires_at: 2 };
    await db
      .insertInto("invitation")
      .values({
        id,
        token_hash: id,
        inviter_id: owner,
        taken_by_id: other,
        is_first_account: 0,
        ...times,
      })
      .execute();
  });
}

describe("deleting an account", () => {
  test("leaves nothing of it in any table, and of others only what is theirs", async () => {
    await using server = await startServer();
    const bob = await server.signUp("bob");
    const carol = await server.signUp("carol");
    await write(bob, "carol", "between us");
    const before = await dumpOf(server);
    const alice = await server.signUp("alice");
    await write(alice, "bob", "alice says hi");
    await write(bob, "alice", "bob answers alice");
    await write(carol, "alice", "carol asks alice");
    await alice.send("PUT", "/api/people/bob/follow");
    await bob.send("PUT", "/api/people/alice/follow");
    await alice.send("PUT", "/api/people/carol/block");
    await alice.send("PUT", "/api/people/bob/never");
    await carol.send("PUT", "/api/people/alice/never");
    await server.store.write(async (work) => {
      await createOneTimeLink(work, alice.me.id, "/messages");
      const row = { caller_id: alice.me.id, callee_id: bob.me.id, state: "{}", version: 1 };
      const id = "0".repeat(26) as never;
      await work.db
        .insertInto("call")
        .values({ ...row, id, due_at: null, ended_at: 1, relay_id: "" })
        .execute();
      for (const [account_id, other_account_id] of [
        [alice.me.id, bob.me.id],
        [bob.me.id, alice.me.id],
      ] as const) {
        const times = { started_at: 1, duration_ms: 2 };
        const call = {
          call_id: id,
          is_caller: 1,
          kind: "audio",
          outcome: "answered",
          route: "relayed" as const,
        } as const;
        await work.db
          .insertInto("call_record")
          .values({ account_id, other_account_id, ...call, ...times })
          .execute();
      }
    });
    await rememberForRules(server, alice.me.id, bob.me.id);
    await rememberForRules(server, bob.me.id, alice.me.id);
    const filled = Object.entries(await dumpOf(server)).filter(([, rows]) => rows.length > 0);
    expect(filled.map(([table]) => table)).toEqual(expect.arrayContaining(tablesAboutPairs));
    bob.told.length = carol.told.length = 0;

    const answer = await alice.send("POST", "/api/accounts/me/delete", {
      proof: { type: "password", password },
    });

    expect(answer).toMatchObject({ status: 204, text: "" });
    await server.settled();
    expect(alice.cookie).toBeUndefined();
    const left = JSON.stringify(await dumpOf(server));
    for (const trace of [alice.me.id, alice.me.deviceId, "alice"])
      expect(left).not.toContain(trace);
    const { account: _, report: reports, ...others } = await dumpOf(server);
    const { account: __, report: ___, ...othersBefore } = before;
    // What Bob reported waits for the operator, who reads whom it was about.
    expect(reports).toMatchObject([{ reporter_id: bob.me.id, reported_id: null }]);
    expect(others).toEqual(othersBefore);
    const removed = [{ type: "person-removed", handle: "alice" }];
    expect([bob.told, carol.told]).toEqual([removed, removed]);
    expect(server.callsTold).toContain(`endAllOf ${alice.me.id}`);
    expect(server.closedDevices).toEqual([alice.me.deviceId]);
    const person = await bob.send("GET", "/api/people/alice");
    expect(person).toMatchObject({ status: 404, body: { code: "not-found" } });
  });

  test("asks for the password", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const before = await dumpOf(server);
    const body = { proof: { type: "password", password: "not the password" } };
    const answer = await alice.send("POST", "/api/accounts/me/delete", body);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: "wrong-password", field: "password" });
    expect(await dumpOf(server)).toEqual(before);
    expect(server.closedDevices).toEqual([]);
  });

  test("frees the handle for somebody of whom nobody knows anything", async () => {
    await using server = await startServer();
    const bob = await server.signUp("bob");
    const alice = await server.signUp("alice");
    await server.store.write((work) => follow(work, bob.me.id, alice.me.id));
    await alice.send("POST", "/api/accounts/me/delete", { proof: { type: "password", password } });
    const another = await server.signUp("alice");
    expect(another.me.id).not.toBe(alice.me.id);
    const view = await bob.send("GET", "/api/people/alice");
    expect(view.body).toMatchObject({ youFollow: false, followsYou: false });
  });
});

test("a device of an account that is suspended is told so, and may leave; nobody else is told", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  await server.store.write(async ({ db, now }) => {
    await db
      .updateTable("account")
      .set({ suspended_at: now })
      .where("handle", "=", alice.handle)
      .execute();
  });
  const told = { status: 403, body: { code: "account-suspended" } };
  expect(await alice.send("GET", "/api/me")).toMatchObject(told);
  expect(await alice.send("GET", "/api/accounts/me/export")).toMatchObject(told);
  const answer = await server.browser().send("POST", "/api/login", { handle: "alice", password });
  const unknown = await server.browser().send("POST", "/api/login", { handle: "nobody", password });
  expect(answer.status).toBe(403);
  expect(answer.text).toBe(unknown.text);
  expect((await alice.send("DELETE", "/api/login")).status).toBe(204);
  expect(await alice.send("GET", "/api/me")).toMatchObject({ status: 401 });
});

test("the account reads itself with every field of its view and no other", async () => {
  await using server = await startServer();
  const alice = await server.signUp("alice");
  const { body } = await alice.send("GET", "/api/me");
  expect(Object.keys(body as Me).toSorted()).toEqual([
    "callSettings",
    "deviceId",
    "displayName",
    "handle",
    "id",
  ]);
});
