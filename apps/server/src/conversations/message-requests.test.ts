import type { ConversationView } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { type Person, dumpOf, startServer, write } from "../http/server-under-test.ts";

/** What one of the two does. Alice is the one who writes first in most rows. */
type Step =
  | "alice writes"
  | "bob writes"
  | "alice follows"
  | "bob follows"
  | "bob unfollows"
  | "bob accepts"
  | "bob declines"
  | "bob blocks"
  | "bob unblocks";

/** Message requests: where the conversation stands for each, and who entered. */
const rules: readonly (readonly [
  steps: readonly Step[],
  alice: `${ConversationView["place"] | "none"}${"" | ", entered"}`,
  bob: `${ConversationView["place"] | "none"}${"" | ", entered"}`,
])[] = [
  [[], "none", "none"],
  [["alice writes"], "inbox, entered", "requests"],
  [["alice follows", "alice writes"], "inbox, entered", "requests"],
  [["bob follows", "alice writes"], "inbox, entered", "inbox"],
  [["alice writes", "bob follows"], "inbox, entered", "inbox"],
  [["bob follows", "alice writes", "bob unfollows"], "inbox, entered", "requests"],
  [["alice writes", "alice writes"], "inbox, entered", "requests"],
  [["alice writes", "bob accepts"], "inbox, entered", "inbox, entered"],
  [["alice writes", "bob accepts", "bob accepts"], "inbox, entered", "inbox, entered"],
  [["alice writes", "bob accepts", "bob declines"], "inbox, entered", "inbox, entered"],
  [["alice writes", "bob writes"], "inbox, entered", "inbox, entered"],
  [["bob follows", "alice writes", "bob accepts"], "inbox, entered", "inbox, entered"],
  [["alice writes", "bob declines"], "inbox, entered", "hidden"],
  [["alice writes", "bob declines", "bob declines"], "inbox, entered", "hidden"],
  [["alice writes", "bob declines", "alice writes"], "inbox, entered", "hidden"],
  [["bob follows", "alice writes", "bob declines"], "inbox, entered", "hidden"],
  [["alice writes", "bob declines", "bob accepts"], "inbox, entered", "inbox, entered"],
  [["alice writes", "bob declines", "bob writes"], "inbox, entered", "inbox, entered"],
  [["alice writes", "bob declines", "bob follows"], "inbox, entered", "inbox"],
  [["alice writes", "bob declines", "alice follows"], "inbox, entered", "hidden"],
  [["alice writes", "bob blocks"], "inbox, entered", "hidden"],
  [["alice writes", "bob blocks", "bob unblocks"], "inbox, entered", "hidden"],
  [["alice writes", "bob writes", "bob blocks"], "inbox, entered", "inbox, entered"],
  [["bob blocks", "alice writes"], "inbox, entered", "none"],
  [["bob blocks", "alice writes", "bob unblocks"], "inbox, entered", "none"],
  [["bob blocks", "alice writes", "bob unblocks", "alice writes"], "inbox, entered", "requests"],
];

async function act(step: Step, alice: Person, bob: Person) {
  const [who, what] = step.split(" ") as ["alice" | "bob", string];
  const [me, other] = who === "alice" ? [alice, "bob"] : [bob, "alice"];
  switch (what) {
    case "writes":
      return write(me, other, step);
    case "follows":
      return me.send("PUT", `/api/people/${other}/follow`);
    case "unfollows":
      return me.send("DELETE", `/api/people/${other}/follow`);
    case "accepts":
      return me.send("POST", `/api/conversations/${other}/accept`, {});
    case "declines":
      return me.send("POST", `/api/conversations/${other}/decline`, {});
    case "blocks":
      return me.send("PUT", `/api/people/${other}/block`);
    default:
      return me.send("DELETE", `/api/people/${other}/block`);
  }
}

/** Where the conversation stands, by the lists; checked against what the conversation itself says. */
async function standingFor(viewer: Person, other: string): Promise<string> {
  const { body } = await viewer.send("GET", `/api/conversations/${other}`);
  const view = body as ConversationView;
  const listed: string[] = [];
  for (const place of ["inbox", "requests"]) {
    const list = await viewer.send("GET", `/api/conversations?place=${place}`);
    const { conversations } = list.body as { conversations: ConversationView[] };
    if (conversations.length > 0) listed.push(place);
    expect(conversations.every((each) => JSON.stringify(each) === JSON.stringify(view))).toBe(true);
  }
  const isListed = view.latest !== null && view.place !== "hidden";
  expect(listed).toEqual(isListed ? [view.place] : []);
  const place = view.latest === null ? "none" : view.place;
  return view.entered ? `${place}, entered` : place;
}

describe("a conversation stands, for the two of it:", () => {
  test.each(rules)("%j: alice %s, bob %s", async (steps, forAlice, forBob) => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const bob = await server.signUp("bob");
    for (const step of steps) expect((await act(step, alice, bob)).status).toBe(200);
    expect(await standingFor(alice, "bob")).toBe(forAlice);
    expect(await standingFor(bob, "alice")).toBe(forBob);
  });
});

describe("a request", () => {
  test("that was declined tells its sender nothing, and nothing of what follows reaches the receiver", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const bob = await server.signUp("bob");
    await write(alice, "bob", "hello");
    const seen = await alice.send("GET", "/api/conversations/bob");
    alice.told.length = bob.told.length = 0;
    await act("bob declines", alice, bob);
    expect(alice.told).toEqual([]);
    expect((await alice.send("GET", "/api/conversations/bob")).text).toBe(seen.text);
    expect(bob.told).toMatchObject([
      { type: "conversation-changed", conversation: { place: "hidden" } },
    ]);
    bob.told.length = 0;
    await write(alice, "bob", "are you there?");
    // Deliveries of nothing: they take what deliveries of something take.
    expect(bob.told.filter(({ type }) => type !== "heartbeat")).toEqual([]);
  });

  test("that is accepted lets both know that a call could be", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const bob = await server.signUp("bob");
    await bob.send("PATCH", "/api/settings/calls", { calling: "on", audiences: ["everyone"] });
    await write(alice, "bob", "hello");
    alice.told.length = bob.told.length = 0;
    await act("bob accepts", alice, bob);
    expect(alice.told).toMatchObject([
      { type: "person-changed", person: { handle: "bob", callButton: "call" } },
      { type: "conversation-changed", conversation: { callButton: "call" } },
    ]);
    // Alice has not chosen who may ring, and so she can be asked.
    expect(bob.told).toMatchObject([
      { type: "person-changed", person: { handle: "alice", callButton: "ask" } },
      {
        type: "conversation-changed",
        conversation: { place: "inbox", entered: true, callButton: "ask" },
      },
    ]);
  });

  test.each(["accept", "decline"])("that nobody made cannot be answered: %s", async (what) => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    await server.signUp("bob");
    const send = () => alice.send("POST", `/api/conversations/bob/${what}`, {});
    const before = await dumpOf(server);
    expect(await send()).toMatchObject({ status: 404, body: { code: "not-found" } });
    expect(await dumpOf(server)).toEqual(before);
  });

  test("can be answered only by its receiver", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const bob = await server.signUp("bob");
    await write(alice, "bob", "hello");
    const before = await dumpOf(server);
    for (const what of ["accept", "decline"]) {
      const answer = await alice.send("POST", `/api/conversations/bob/${what}`, {});
      expect(answer).toMatchObject({ status: 200, body: { place: "inbox", entered: true } });
    }
    expect(await dumpOf(server)).toEqual(before);
    expect(await standingFor(bob, "alice")).toBe("requests");
  });
});
