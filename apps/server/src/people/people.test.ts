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

const nothing = {
  handle: "bob",
  displayName: "bob of the test",
  isMe: false,
  isVouched: false,
  youFollow: false,
  followsYou: false,
  youBlocked: false,
  youSaidNever: false,
  grant: null,
  isInYourAddressBook: false,
  addressException: null,
  callButton: "none",
  asked: null,
  granted: null,
  isFirstRing: true,
  route: "relayed",
};

function put(who: Person, what: string, other = "bob") {
  return who.send("PUT", `/api/people/${other}/${what}`);
}

/** Both follow, both wrote, and bob's calling is on for mutuals. */
async function makeCallable(): Promise<void> {
  await put(alice, "follow");
  await put(bob, "follow", "alice");
  await write(alice, "bob", "hi");
  await write(bob, "alice", "hi");
  await bob.send("PATCH", "/api/settings/calls", { calling: "on", audiences: ["mutuals"] });
  await server.settled();
}

async function button(): Promise<string> {
  const { body } = await alice.send("GET", "/api/people/bob");
  return (body as { callButton: string }).callButton;
}

describe("a person", () => {
  test("whom one has nothing to do with", async () => {
    expect((await alice.send("GET", "/api/people/@BOB")).body).toEqual(nothing);
  });

  test("who is oneself", async () => {
    const { body } = await alice.send("GET", "/api/people/alice");
    expect(body).toMatchObject({ isMe: true, youFollow: false, callButton: "none" });
  });

  test("whom one follows, and who sees it", async () => {
    const followed = await put(alice, "follow");
    expect(followed).toMatchObject({ status: 200, body: { ...nothing, youFollow: true } });
    expect((await bob.send("GET", "/api/people/alice")).body).toMatchObject({ followsYou: true });
    expect(server.callsTold).toEqual([`pairChanged ${alice.me.id} ${bob.me.id}`]);
    const unfollowed = await alice.send("DELETE", "/api/people/bob/follow");
    expect(unfollowed).toMatchObject({ status: 200, body: nothing });
    expect((await dumpOf(server))["follow"]).toEqual([]);
  });

  test("who may be rung, and what makes the button go", async () => {
    await makeCallable();
    expect(await button()).toBe("call");
    await put(bob, "never", "alice");
    expect(await button()).toBe("none");
    await bob.send("DELETE", "/api/people/alice/never");
    expect(await button()).toBe("call");
    await bob.send("DELETE", "/api/people/alice/follow");
    expect(await button()).toBe("ask");
    await bob.send("PATCH", "/api/settings/calls", { asking: "nobody" });
    expect(await button()).toBe("none");
  });
});

describe("doing something twice, or taking back what is not there, changes nothing", () => {
  test.each(["follow", "block", "never"])("%s", async (what) => {
    const once = await put(alice, what);
    const before = await dumpOf(server);
    const told = alice.told.length + bob.told.length;
    const twice = await put(alice, what);
    expect(twice).toMatchObject({ status: 200, text: once.text });
    expect(await dumpOf(server)).toEqual(before);
    expect(alice.told.length + bob.told.length).toBe(told);
    for (let count = 0; count < 2; count++) {
      const back = await alice.send("DELETE", `/api/people/bob/${what}`);
      expect(back).toMatchObject({ status: 200, body: nothing });
    }
  });
});

describe("with oneself and with nobody", () => {
  const changes = ["follow", "block", "never"].flatMap((what) => [
    ["PUT", `/api/people/:handle/${what}`],
    ["DELETE", `/api/people/:handle/${what}`],
  ]);
  test.each([
    ...changes,
    ["GET", "/api/conversations/:handle"],
    ["GET", "/api/conversations/:handle/entries"],
    ["POST", "/api/conversations/:handle/messages"],
    ["POST", "/api/conversations/:handle/accept"],
    ["POST", "/api/conversations/:handle/decline"],
    ["PUT", "/api/conversations/:handle/read"],
  ] as [string, string][])("nothing is done: %s %s", async (method, path) => {
    const before = await dumpOf(server);
    const clientMessageId = "3f0d9a53-6d3c-4a51-9e0c-8f3a3f5f0a11";
    const body = { clientMessageId, text: "x", upTo: "0".repeat(26) };
    const send = (handle: string) => {
      const hasBody = method === "POST" || path.endsWith("/read");
      return alice.send(method, path.replace(":handle", handle), hasBody ? body : undefined);
    };
    expect(await send("alice")).toMatchObject({ status: 400, body: { code: "yourself" } });
    expect(await send("nobody")).toMatchObject({ status: 404, body: { code: "not-found" } });
    expect(await dumpOf(server)).toEqual(before);
  });
});

async function find(query: string) {
  const { body } = await alice.send("GET", `/api/people?${query}`);
  const { people, next } = body as { people: { handle: string }[]; next: string | null };
  return { handles: people.map(({ handle }) => handle), next };
}

describe("finding people", () => {
  test("goes by the beginning of the handle, whatever its capitals, with or without the @", async () => {
    for (const handle of ["bo", "bobby", "bo_b", "zed", "z9"]) await server.signUp(handle);
    expect((await find("startsWith=BOB")).handles).toEqual(["bob", "bobby"]);
    expect((await find("startsWith=@bo")).handles).toEqual(["bo", "bo_b", "bob", "bobby"]);
    expect((await find("startsWith=z")).handles).toEqual(["z9", "zed"]);
    expect((await find("startsWith=ob")).handles).toEqual([]);
    expect((await find("startsWith=alice")).handles).toEqual(["alice"]);
  });

  test("without a text gives those whom one follows", async () => {
    await server.signUp("carol");
    await put(alice, "follow", "carol");
    await put(bob, "follow", "alice");
    expect((await find("")).handles).toEqual(["carol"]);
    expect((await find("startsWith=")).handles).toEqual(["carol"]);
  });

  test("comes in pages that leave nobody out and name nobody twice", async () => {
    await server.store.write(async ({ db }) => {
      const row = await db.selectFrom("account").selectAll().executeTakeFirstOrThrow();
      for (let index = 0; index < 120; index++) {
        const handle = `many${String(index).padStart(3, "0")}` as never;
        const id = String(index).padStart(26, "0") as never;
        await db
          .insertInto("account")
          .values({ ...row, id, handle })
          .execute();
      }
    });
    const pages = [await find("startsWith=many")];
    while (pages.at(-1)?.next)
      pages.push(await find(`startsWith=many&after=${pages.at(-1)?.next}`));
    expect(pages.map(({ handles }) => handles.length)).toEqual([50, 50, 20]);
    expect(new Set(pages.flatMap(({ handles }) => handles)).size).toBe(120);
  });
});

describe("live", () => {
  test("each of a pair is told what is different for them, and numbered by one", async () => {
    await makeCallable();
    alice.told.length = bob.told.length = 0;
    await bob.send("DELETE", "/api/people/alice/follow");
    expect(alice.told).toMatchObject([
      { type: "person-changed", person: { handle: "bob", followsYou: false, callButton: "ask" } },
      {
        type: "conversation-changed",
        conversation: { with: { handle: "bob" }, callButton: "ask" },
      },
    ]);
    expect(bob.told).toMatchObject([
      { type: "person-changed", person: { handle: "alice", youFollow: false } },
    ]);
    for (const { frames } of [alice, bob]) {
      expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, index) => index + 1));
      expect(frames.every(({ isDelivery }) => isDelivery)).toBe(true);
    }
  });

  test("a never moves the other's icon and says nothing else", async () => {
    await makeCallable();
    alice.told.length = 0;
    const before = await alice.send("GET", "/api/people/bob");
    await put(bob, "never", "alice");
    const after = { ...(before.body as object), callButton: "none" };
    expect(alice.told).toMatchObject([
      { type: "person-changed", person: after },
      { type: "conversation-changed", conversation: { callButton: "none" } },
    ]);
  });

  test("a conversation that nobody began appears in no list by following", async () => {
    await put(alice, "follow");
    expect([...alice.told, ...bob.told].map(({ type }) => type)).toEqual([
      "person-changed",
      "person-changed",
    ]);
  });
});
