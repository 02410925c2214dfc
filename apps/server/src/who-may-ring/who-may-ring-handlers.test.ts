import { randomBytes } from "node:crypto";
import {
  type AccountId,
  ConversationId,
  Handle,
  type MayRing,
  idRandomBytes,
  limits,
  makeId,
} from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Person,
  type ServerUnderTest,
  dumpOf,
  startServer,
  write,
} from "../http/server-under-test.ts";
import { rates } from "../limits.ts";

let server: ServerUnderTest;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  server = await startServer();
  alice = await server.signUp("alice");
  bob = await server.signUp("bob");
  await write(bob, "alice", "hello");
  await write(alice, "bob", "hello");
});
afterEach(() => server[Symbol.asyncDispose]());

interface Page {
  people: MayRing[];
  next: string | null;
  count: number | null;
}
const listOf = async (query = "") =>
  (await alice.send("GET", `/api/who-may-ring${query}`)).body as Page;
const handlesOn = (page: Page) => page.people.map(({ person }) => person.handle);
const choose = (settings: object) => alice.send("PATCH", "/api/settings/calls", settings);
const preview = async (settings: object) =>
  (await alice.send("POST", "/api/settings/calls/preview", settings)).body;

/** People with whom alice has talked, made behind the server's back: to sign up takes a hash. */
async function talkWith(count: number): Promise<string[]> {
  const handles = Array.from({ length: count }, (_, n) => `p${String(n).padStart(3, "0")}`);
  await server.store.write(async ({ db, now }) => {
    const row = await db
      .selectFrom("account")
      .selectAll()
      .where("id", "=", bob.me.id)
      .executeTakeFirstOrThrow();
    const side = await db
      .selectFrom("participation")
      .selectAll()
      .where("account_id", "=", alice.me.id)
      .executeTakeFirstOrThrow();
    for (const handle of handles) {
      const id = makeId(now, randomBytes(idRandomBytes)) as AccountId;
      await db
        .insertInto("account")
        .values({ ...row, id, handle: Handle.parse(handle), calling: "unset" })
        .execute();
      const conversation_id = ConversationId.parse(makeId(now, randomBytes(idRandomBytes)));
      const [low_account_id, high_account_id] = [id, alice.me.id].toSorted() as [
        AccountId,
        AccountId,
      ];
      await db
        .insertInto("conversation")
        .values({ id: conversation_id, low_account_id, high_account_id, created_at: now })
        .execute();
      const pairs = [
        { account_id: id, other_account_id: alice.me.id },
        { account_id: alice.me.id, other_account_id: id },
      ];
      await db
        .insertInto("participation")
        .values(pairs.map((pair) => ({ ...side, conversation_id, ...pair })))
        .execute();
    }
  });
  return handles;
}

describe("who can ring", { timeout: 30_000 }, () => {
  test("is nobody before anything was chosen, and then those who are let", async () => {
    expect(await listOf()).toEqual({ people: [], next: null, count: 0 });
    await choose({ calling: "on", audiences: ["everyone"] });
    expect(await listOf()).toEqual({
      people: [
        {
          person: { handle: "bob", displayName: "bob of the test" },
          reason: "everyone",
          until: server.clock.now + 180 * 86_400_000,
          mayBreakThrough: false,
        },
      ],
      next: null,
      count: 1,
    });
    await alice.send("PUT", "/api/people/bob/grant", { choice: "always", mayBreakThrough: true });
    expect((await listOf()).people).toMatchObject([
      { reason: "grant-always", until: null, mayBreakThrough: true },
    ]);
    await alice.send("PUT", "/api/people/bob/never");
    expect((await listOf()).people).toEqual([]);
  });

  test("comes in pages by handle, and is counted as far as anybody needs to know", async () => {
    await choose({ calling: "on", audiences: ["everyone"] });
    const handles = ["bob", ...(await talkWith(limits.mayRingCountMax))];
    const first = await listOf();
    expect(handlesOn(first)).toEqual(handles.slice(0, 50));
    expect(first.count).toBe(limits.mayRingCountMax);
    const seen = handlesOn(first);
    for (let { next } = first; next !== null;) {
      const page = await listOf(`?after=${next}`);
      expect(page.count).toBeNull();
      seen.push(...handlesOn(page));
      next = page.next;
    }
    expect(seen).toEqual(handles);
  });

  test("does not tell that somebody blocked, or how they stand since", async () => {
    await alice.send("PUT", "/api/people/bob/follow");
    await choose({ calling: "on", audiences: ["people-i-follow"] });
    const before = await listOf();
    expect(before.people).toHaveLength(1);
    await bob.send("PUT", "/api/people/alice/block");
    expect(await listOf()).toEqual(before);
    await bob.send("DELETE", "/api/people/alice/block");
    expect(await listOf()).toEqual(before);
    await alice.send("PUT", "/api/people/bob/block");
    expect((await listOf()).people).toEqual([]);
  });
});

describe("a preview of a change", () => {
  test("has a rate of its own", async () => {
    await server[Symbol.asyncDispose]();
    const { previewsPerAccount } = rates;
    server = await startServer({ rates: { previewsPerAccount } });
    alice = await server.signUp("alice");
    for (let count = 0; count < previewsPerAccount.burst; count++) await preview({});
    expect(await alice.send("POST", "/api/settings/calls/preview", {})).toMatchObject({
      status: 429,
      body: { code: "too-many-requests" },
    });
    expect((await listOf()).count).toBe(0);
  });

  test("names who would gain and who would lose, and changes nothing", async () => {
    const talkedWith = await talkWith(limits.previewNamesMax + 1);
    await alice.send("PUT", "/api/people/bob/follow");
    await choose({ calling: "on", audiences: ["people-i-follow"] });
    await server.settled();
    const before = await dumpOf(server);
    expect(await preview({ audiences: ["everyone"] })).toMatchObject({
      gained: {
        count: talkedWith.length,
        first: talkedWith.slice(0, limits.previewNamesMax).map((handle) => ({ handle })),
      },
      lost: { count: 0, first: [] },
    });
    expect(await preview({ audiences: [] })).toMatchObject({
      gained: { count: 0 },
      lost: { count: 1, first: [{ handle: "bob" }] },
    });
    expect(await preview({ calling: "off" })).toMatchObject({ lost: { count: 1 } });
    const nobody = { count: 0, first: [] };
    for (const change of [{}, { hideAddress: false }, { asking: "nobody" }]) {
      expect(await preview(change)).toEqual({ gained: nobody, lost: nobody });
    }
    expect(await dumpOf(server)).toEqual(before);
  });

  test("of what is no setting is refused", async () => {
    const answer = await alice.send("POST", "/api/settings/calls/preview", { calling: "unset" });
    expect(answer).toMatchObject({ status: 400, body: { code: "malformed", field: "calling" } });
  });
});
