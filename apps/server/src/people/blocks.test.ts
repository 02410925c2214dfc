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

const block = () => bob.send("PUT", "/api/people/alice/block");
const unblock = () => bob.send("DELETE", "/api/people/alice/block");

async function threadOf(viewer: Person, other: Person): Promise<string[]> {
  const { body } = await viewer.send("GET", `/api/conversations/${other.handle}/entries`);
  return (body as { entries: { text: string }[] }).entries.map(({ text }) => text);
}

async function followsSeenBy(viewer: Person, other: string) {
  const { body } = await viewer.send("GET", `/api/people/${other}`);
  const { youFollow, followsYou } = body as Record<string, boolean>;
  return { youFollow, followsYou };
}

describe("a block", () => {
  test("ends both follows, takes the request out of the list and tells the calls", async () => {
    await alice.send("PUT", "/api/people/bob/follow");
    await bob.send("PUT", "/api/people/alice/follow");
    await write(alice, "bob", "hello");
    await bob.send("DELETE", "/api/people/alice/follow");
    const requests = () => bob.send("GET", "/api/conversations?place=requests");
    expect((await requests()).body).toMatchObject({ conversations: [{}] });
    const blocked = await block();
    expect(blocked.body).toMatchObject({ youBlocked: true, youFollow: false, followsYou: false });
    expect((await requests()).body).toEqual({ conversations: [], next: null });
    expect(server.callsTold.at(-1)).toBe(`pairChanged ${bob.me.id} ${alice.me.id}`);
    expect((await bob.send("GET", "/api/blocked")).body).toEqual({
      people: [{ handle: "alice", displayName: "alice of the test" }],
    });
  });

  test("leaves the blocked what they see of their own follow, which counts for nothing any more", async () => {
    await alice.send("PUT", "/api/people/bob/follow");
    alice.told.length = 0;
    await block();
    expect(alice.told).toEqual([]);
    expect(await followsSeenBy(alice, "bob")).toEqual({ youFollow: true, followsYou: false });
    expect(await followsSeenBy(bob, "alice")).toEqual({ youFollow: false, followsYou: false });
    await unblock();
    expect(await followsSeenBy(bob, "alice")).toEqual({ youFollow: false, followsYou: false });
    await alice.send("DELETE", "/api/people/bob/follow");
    await alice.send("PUT", "/api/people/bob/follow");
    expect(await followsSeenBy(bob, "alice")).toEqual({ youFollow: false, followsYou: true });
  });

  test("does not let a follow of the blocked count that they begin meanwhile", async () => {
    await block();
    expect((await alice.send("PUT", "/api/people/bob/follow")).body).toMatchObject({
      youFollow: true,
    });
    expect((await bob.send("GET", "/api/people/alice")).body).toMatchObject({ followsYou: false });
  });

  test("keeps a conversation that was entered, and says so to the one who blocked alone", async () => {
    await bob.send("PATCH", "/api/settings/calls", { calling: "off" });
    await write(alice, "bob", "hello");
    await write(bob, "alice", "hello");
    alice.told.length = bob.told.length = 0;
    await block();
    expect(alice.told).toEqual([]);
    expect(bob.told).toMatchObject([
      { type: "person-changed", person: { youBlocked: true } },
      { type: "conversation-changed", conversation: { youBlocked: true, place: "inbox" } },
    ]);
  });

  test("lets messages of the blocked seem sent, and delivers none of them, then or later", async () => {
    await write(alice, "bob", "before");
    await block();
    bob.told.length = alice.told.length = 0;
    expect(await write(alice, "bob", "during")).toMatchObject({ status: 200 });
    expect(alice.told.map(({ type }) => type)).toEqual(["entry-added", "conversation-changed"]);
    await unblock();
    expect(await threadOf(alice, bob)).toEqual(["before", "during"]);
    expect(await threadOf(bob, alice)).toEqual(["before"]);
    expect(JSON.stringify(bob.told)).not.toContain("during");
    await write(alice, "bob", "after");
    expect(await threadOf(bob, alice)).toEqual(["before", "after"]);
    expect((await bob.send("GET", "/api/conversations/alice")).body).toMatchObject({
      unreadCount: 2,
    });
  });

  test("is to be taken back before one writes, follows or accepts", async () => {
    await write(alice, "bob", "hello");
    await block();
    const before = await dumpOf(server);
    for (const refused of [
      await write(bob, "alice", "hello"),
      await bob.send("PUT", "/api/people/alice/follow"),
      await bob.send("POST", "/api/conversations/alice/accept", {}),
    ]) {
      expect(refused).toMatchObject({ status: 409, body: { code: "you-blocked" } });
    }
    expect(await dumpOf(server)).toEqual(before);
    await unblock();
    expect(await write(bob, "alice", "hello")).toMatchObject({ status: 200 });
  });

  test("by each of the other is a matter of each", async () => {
    await block();
    await alice.send("PUT", "/api/people/bob/block");
    await unblock();
    expect((await bob.send("GET", "/api/people/alice")).body).toMatchObject({ youBlocked: false });
    expect((await alice.send("GET", "/api/people/bob")).body).toMatchObject({ youBlocked: true });
    expect(await write(alice, "bob", "x")).toMatchObject({ body: { code: "you-blocked" } });
    expect(await write(bob, "alice", "seems sent")).toMatchObject({ status: 200 });
    expect(await threadOf(alice, bob)).toEqual([]);
  });

  test("restores nothing when it is taken back", async () => {
    await bob.send("PUT", "/api/people/alice/follow");
    await write(alice, "bob", "hello");
    await block();
    const back = await unblock();
    expect(back.body).toMatchObject({ youBlocked: false, youFollow: false, followsYou: false });
    const { body } = await bob.send("GET", "/api/conversations/alice");
    expect(body).toMatchObject({ place: "hidden", entered: false });
  });
});

/** What one can do and see, for two people of whom one is blocked and the other is not. */
const attempts: readonly (readonly [method: string, path: string, body?: object])[] = [
  ["GET", "/api/people/bob"],
  ["GET", "/api/people?startsWith=bob"],
  ["GET", "/api/conversations/bob"],
  ["GET", "/api/conversations/bob/entries"],
  ["GET", "/api/conversations?place=inbox"],
  ["GET", "/api/conversations?place=requests"],
  ["PUT", "/api/people/bob/follow"],
  ["GET", "/api/people/bob"],
  [
    "POST",
    "/api/conversations/bob/messages",
    { clientMessageId: "3f0d9a53-6d3c-4a51-9e0c-8f3a3f5f0a11", text: "are you there?" },
  ],
  [
    "POST",
    "/api/conversations/bob/messages",
    { clientMessageId: "3f0d9a53-6d3c-4a51-9e0c-8f3a3f5f0a12", text: "hello?" },
  ],
  ["GET", "/api/conversations/bob"],
  ["GET", "/api/conversations/bob/entries"],
  ["GET", "/api/conversations?place=inbox"],
  ["POST", "/api/conversations/bob/decline", {}],
  ["POST", "/api/conversations/bob/accept", {}],
  ["DELETE", "/api/people/bob/follow"],
  ["PUT", "/api/people/bob/never"],
  ["PUT", "/api/people/bob/block"],
  ["DELETE", "/api/people/bob/block"],
];

describe("to the blocked person, a block looks like none, byte for byte:", () => {
  test.each([
    ["with no word between the two", []],
    ["after a request that waits", [["alice", "bob"]]],
    [
      "after a conversation that both entered",
      [
        ["alice", "bob"],
        ["bob", "alice"],
      ],
    ],
    ["after a request of the one who blocks", [["bob", "alice"]]],
  ] as const)("%s", async (_, messages) => {
    const [blocked, free] = [await play(messages, true), await play(messages, false)];
    expect(blocked.answers).toEqual(free.answers);
    expect(blocked.told).toEqual(free.told);
  });
});

/**
 * Everything that alice is answered and told, with ids made the same in every run. Bob's calls are
 * off: that a button goes away can be seen, and here there is none that could.
 */
async function play(messages: readonly (readonly [string, string])[], isBlocked: boolean) {
  await using world = await startServer();
  const people = { alice: await world.signUp("alice"), bob: await world.signUp("bob") };
  await people.bob.send("PATCH", "/api/settings/calls", { calling: "off" });
  for (const [from, to] of messages) {
    await write(people[from as "alice" | "bob"], to, `from ${from}`);
  }
  if (isBlocked) await people.bob.send("PUT", "/api/people/alice/block");
  const ids = new Map<string, string>();
  const withoutIds = (text: string) =>
    text.replaceAll(/\b[0-9a-hjkmnp-tv-z]{26}\b|[\da-f]{8}-[\da-f-]{27}/g, (id) => {
      if (!ids.has(id)) ids.set(id, `id ${ids.size}`);
      return ids.get(id) ?? id;
    });
  const answers: string[] = [];
  for (const [method, path, body] of attempts) {
    const answer = await people.alice.send(method, path, body);
    answers.push(withoutIds(`${method} ${path} ${answer.status} ${answer.text}`));
  }
  return { answers, told: withoutIds(JSON.stringify(people.alice.told)) };
}
