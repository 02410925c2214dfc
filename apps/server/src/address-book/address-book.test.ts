import { limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Person,
  type ServerUnderTest,
  dumpOf,
  startServer,
  write,
} from "../http/server-under-test.ts";

let server: ServerUnderTest;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  server = await startServer();
  alice = await server.signUp("alice");
  bob = await server.signUp("bob");
});
afterEach(() => server[Symbol.asyncDispose]());

const keep = (who: Person, other: string) => who.send("PUT", `/api/people/${other}/address-book`);
const listOf = async (who: Person, query = "") =>
  (await who.send("GET", `/api/address-book${query}`)).body as {
    people: { handle: string }[];
    next: string | null;
  };
const handlesOf = async (who: Person) => (await listOf(who)).people.map(({ handle }) => handle);
const bring = (who: Person, handles: string[], isTrial = false) =>
  who.send("POST", "/api/address-book/import", { handles, isTrial });

/** Fills the database behind the server's back: to sign up takes a hash. */
async function makeAccounts(count: number): Promise<void> {
  await server.store.write(async ({ db }) => {
    const {
      id: _,
      handle: __,
      ...row
    } = await db
      .selectFrom("account")
      .selectAll()
      .where("id", "=", bob.me.id)
      .executeTakeFirstOrThrow();
    for (let number = 0; number < count; number += 100) {
      const numbers = Array.from({ length: Math.min(100, count - number) }, (_each, n) => n);
      const named = numbers.map((n) => `p${String(number + n).padStart(5, "0")}`);
      const accounts = named.map((name) => ({ ...row, id: name, handle: name }));
      await db
        .insertInto("account")
        .values(accounts as never)
        .execute();
    }
  });
}

describe("an address book", { timeout: 60_000 }, () => {
  test("holds who was put into it, by handle, until they are taken out", async () => {
    await server.signUp("carol");
    expect(await keep(alice, "carol")).toMatchObject({
      status: 200,
      body: { handle: "carol", isInYourAddressBook: true },
    });
    await keep(alice, "bob");
    await keep(alice, "bob");
    expect(await listOf(alice)).toEqual({
      people: [
        { handle: "bob", displayName: "bob of the test" },
        { handle: "carol", displayName: "carol of the test" },
      ],
      next: null,
    });
    expect(await alice.send("DELETE", "/api/people/bob/address-book")).toMatchObject({
      body: { isInYourAddressBook: false },
    });
    expect(await handlesOf(alice)).toEqual(["carol"]);
    expect(await handlesOf(bob)).toEqual([]);
  });

  test("is told to its owner's devices, and to nobody else", async () => {
    await write(alice, "bob", "hello");
    alice.told.length = 0;
    bob.told.length = 0;
    const frames = bob.frames.length;
    await keep(alice, "bob");
    await bring(alice, ["bob"]);
    expect(alice.told.map(({ type }) => type)).toEqual(["person-changed"]);
    expect(bob.frames.length - frames).toBe(0);
    expect((await bob.send("GET", "/api/people/alice")).body).toMatchObject({
      isInYourAddressBook: false,
    });
  });

  test("opens the call button of whom it holds, where its owner chose that audience", async () => {
    await write(alice, "bob", "hello");
    await write(bob, "alice", "hello");
    const settings = { calling: "on", audiences: ["address-book"], asking: "nobody" };
    await alice.send("PATCH", "/api/settings/calls", settings);
    await server.settled();
    bob.told.length = 0;
    await keep(alice, "bob");
    expect(bob.told).toMatchObject([
      { type: "person-changed", person: { callButton: "call" } },
      { type: "conversation-changed", conversation: { callButton: "call" } },
    ]);
    await alice.send("DELETE", "/api/people/bob/address-book");
    bob.told.length = 0;
    await bring(alice, ["bob"]);
    await server.settled();
    expect(bob.told).toMatchObject([
      { type: "person-changed", person: { callButton: "call" } },
      { type: "conversation-changed", conversation: { callButton: "call" } },
    ]);
    // The ring that goes on may have lost its right.
    expect(server.callsTold).toContain(`pairChanged ${alice.me.id} ${bob.me.id}`);
  });

  test("takes nobody who is blocked, and not oneself", async () => {
    await alice.send("PUT", "/api/people/bob/block");
    expect(await keep(alice, "bob")).toMatchObject({ status: 409, body: { code: "you-blocked" } });
    expect(await keep(alice, "alice")).toMatchObject({ body: { code: "yourself" } });
    expect((await bring(alice, ["@Bob", "alice"])).body).toEqual({
      added: [],
      alreadyThere: [],
      notHere: ["@Bob"],
    });
    expect(await handlesOf(alice)).toEqual([]);
  });

  test("comes in pages, and takes no more than it holds", async () => {
    await makeAccounts(limits.addressBookEntriesMax);
    const all = Array.from(
      { length: limits.addressBookEntriesMax },
      (_, number) => `p${String(number).padStart(5, "0")}`,
    );
    for (let from = 0; from < all.length; from += limits.addressBookImportMax) {
      const handles = all.slice(from, from + limits.addressBookImportMax);
      expect(await bring(alice, handles)).toMatchObject({ status: 200 });
    }
    const first = await listOf(alice);
    expect(first.people.map(({ handle }) => handle)).toEqual(all.slice(0, 50));
    const second = await listOf(alice, `?after=${first.next}`);
    expect(second.people.map(({ handle }) => handle)).toEqual(all.slice(50, 100));
    const before = (await dumpOf(server))["address_book_entry"];
    expect(await keep(alice, "bob")).toMatchObject({ status: 409, body: { code: "list-full" } });
    expect(await bring(alice, ["p00001", "bob"])).toMatchObject({ body: { code: "list-full" } });
    expect((await dumpOf(server))["address_book_entry"]).toEqual(before);
  });
});

describe("an import", () => {
  test("says who was added, who was there already and who is not here", async () => {
    await server.signUp("carol");
    await keep(alice, "carol");
    const handles = ["@Bob", " carol", "nobody", "no handle!", "@bob", "alice", ""];
    const trial = await bring(alice, handles, true);
    expect(await handlesOf(alice)).toEqual(["carol"]);
    const answer = await bring(alice, handles);
    expect(answer.body).toEqual({
      added: [{ handle: "bob", displayName: "bob of the test" }],
      alreadyThere: [{ handle: "carol", displayName: "carol of the test" }],
      notHere: ["nobody", "no handle!", ""],
    });
    expect(trial.body).toEqual(answer.body);
    expect(await handlesOf(alice)).toEqual(["bob", "carol"]);
  });

  test.each([
    ["nobody at all", { handles: [] }],
    ["more than one may bring", { handles: Array(limits.addressBookImportMax + 1).fill("bob") }],
    ["what is no list", { handles: "bob" }],
  ])("of %s is refused", async (_what, body) => {
    expect(await alice.send("POST", "/api/address-book/import", body)).toMatchObject({
      status: 400,
      body: { code: "malformed", field: "handles" },
    });
  });

  test("too often in a short time is refused", async () => {
    await server[Symbol.asyncDispose]();
    server = await startServer({
      rates: { addressBookImportsPerAccount: { burst: 1, perMinute: 1 } },
    });
    alice = await server.signUp("alice");
    await bring(alice, ["bob"], true);
    expect(await bring(alice, ["bob"], true)).toMatchObject({
      status: 429,
      body: { code: "too-many-requests" },
    });
  });
});

describe("what one holds for one person alone", () => {
  test("is listed by handle: nevers, and exceptions from hiding the address", async () => {
    await server.signUp("carol");
    for (const handle of ["carol", "bob"]) await alice.send("PUT", `/api/people/${handle}/never`);
    expect((await alice.send("GET", "/api/nevers")).body).toMatchObject({
      people: [{ handle: "bob" }, { handle: "carol" }],
      next: null,
    });
    expect((await alice.send("GET", "/api/nevers?after=bob")).body).toMatchObject({
      people: [{ handle: "carol" }],
    });
    const set = (exception: string) =>
      alice.send("PUT", "/api/people/bob/address-exception", { exception });
    await set("hide");
    expect(await set("show")).toMatchObject({ body: { addressException: "show" } });
    const bobs = { handle: "bob", displayName: "bob of the test" };
    expect((await alice.send("GET", "/api/address-exceptions")).body).toEqual({
      exceptions: [{ person: bobs, exception: "show" }],
      next: null,
    });
    expect(await alice.send("DELETE", "/api/people/bob/address-exception")).toMatchObject({
      body: { addressException: null },
    });
    expect((await alice.send("GET", "/api/address-exceptions?after=alice")).body).toEqual({
      exceptions: [],
      next: null,
    });
  });
});
