import { randomUUID } from "node:crypto";
import type { CallId, ConversationView, Entry, MessageEntry } from "@ringfence/protocol";
import { makeId } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Person,
  type ServerUnderTest,
  dumpOf,
  startServer,
  write,
} from "../http/server-under-test.ts";
import { serverLimits } from "../limits.ts";
import { recordCall } from "./record-call.ts";
import { sendMessage } from "./send-message.ts";

let server: ServerUnderTest;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  server = await startServer();
  alice = await server.signUp("alice");
  bob = await server.signUp("bob");
});
afterEach(() => server[Symbol.asyncDispose]());

async function threadOf(viewer: Person, other: string, before?: string) {
  const query = before === undefined ? "" : `?before=${before}`;
  const { body } = await viewer.send("GET", `/api/conversations/${other}/entries${query}`);
  return body as { entries: Entry[]; hasEarlier: boolean };
}

async function viewOf(viewer: Person, other: string): Promise<ConversationView> {
  return (await viewer.send("GET", `/api/conversations/${other}`)).body as ConversationView;
}

function textsOf(entries: readonly Entry[]): string[] {
  return entries.map((entry) => (entry.type === "message" ? entry.text : entry.type));
}

describe("a message", () => {
  test("reaches all devices of both, as each of them sees it", async () => {
    const clientMessageId = randomUUID();
    const text = "  two lines\nand 😀 <b>no markup</b> \u202e ";
    const answer = await alice.send("POST", "/api/conversations/bob/messages", {
      clientMessageId,
      text,
    });
    const { id } = answer.body as MessageEntry;
    const at = server.clock.now;
    const sent = { type: "message", id, clientMessageId, fromMe: true, text, at };
    const received = { type: "message", id, fromMe: false, text, at };
    expect(answer).toMatchObject({ status: 200, body: sent });
    expect(alice.told[0]).toEqual({ type: "entry-added", with: "bob", entry: sent });
    expect(bob.told[0]).toEqual({ type: "entry-added", with: "alice", entry: received });
    expect(bob.told[1]).toMatchObject({
      type: "conversation-changed",
      conversation: { place: "requests", unreadCount: 1, latest: received },
    });
    expect(await threadOf(alice, "bob")).toEqual({ entries: [sent], hasEarlier: false });
    expect(await threadOf(bob, "alice")).toEqual({ entries: [received], hasEarlier: false });
  });

  test("sent again is the same message, at once or later, and is delivered once", async () => {
    const body = { clientMessageId: randomUUID(), text: "once" };
    const send = () => alice.send("POST", "/api/conversations/bob/messages", body);
    const answers = await Promise.all([send(), send(), send()]);
    server.clock.now += 60_000;
    answers.push(await send());
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(bob.told.filter(({ type }) => type === "entry-added")).toHaveLength(1);
    expect((await dumpOf(server))["message"]).toHaveLength(1);
    await alice.send("PUT", "/api/people/bob/block");
    expect((await send()).text).toBe(answers[0]?.text);
  });

  test("cannot take the clientMessageId of another, but two people may choose the same", async () => {
    await server.signUp("carol");
    const clientMessageId = randomUUID();
    const send = (from: Person, to: string, text: string) =>
      from.send("POST", `/api/conversations/${to}/messages`, { clientMessageId, text });
    expect(await send(alice, "bob", "one")).toMatchObject({ status: 200 });
    const before = await dumpOf(server);
    for (const [to, text] of [
      ["bob", "another"],
      ["carol", "one"],
    ] as const) {
      const answer = await send(alice, to, text);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: "malformed", field: "clientMessageId" });
    }
    expect(await dumpOf(server)).toEqual(before);
    expect(await send(bob, "alice", "mine")).toMatchObject({ status: 200 });
  });

  test("may be as long as 4,000 characters of four bytes", async () => {
    const text = "😀".repeat(4_000);
    expect(await write(alice, "bob", text)).toMatchObject({ status: 200, body: { text } });
  });

  test("stands behind all before it, in one millisecond and when the clock steps back", async () => {
    const texts = Array.from({ length: 40 }, (_, index) => String(index));
    for (const [index, text] of texts.entries()) {
      if (index === 20) server.clock.now -= 3_600_000;
      await (index % 2 === 0 ? say(alice, bob, text) : say(bob, alice, text));
    }
    const { entries } = await threadOf(alice, "bob");
    expect(textsOf(entries)).toEqual(texts);
    const times = entries.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
});

describe("a thread", () => {
  test("comes in pages from its end, with calls among the messages, and leaves nothing out", async () => {
    const expected: string[] = [];
    for (let index = 0; index < 110; index++) {
      server.clock.now += 1_000;
      if (index % 10 === 3) {
        await endCall(`0${index}`.slice(-2), 5_000);
        expected.push("call");
      } else {
        await (index % 2 === 0 ? say(alice, bob, `${index}`) : say(bob, alice, `${index}`));
        expected.push(`${index}`);
      }
    }
    const pages = [await threadOf(alice, "bob")];
    while (pages[0]?.hasEarlier)
      pages.unshift(await threadOf(alice, "bob", pages[0].entries[0]?.id));
    expect(pages.map(({ entries }) => entries.length)).toEqual([10, 50, 50]);
    expect(pages.flatMap(({ entries }) => textsOf(entries))).toEqual(expected);
    expect(textsOf((await threadOf(bob, "alice")).entries)).toEqual(expected.slice(-50));
  });

  test("of two is nobody else's", async () => {
    const carol = await server.signUp("carol");
    await write(alice, "bob", "between us");
    expect(await threadOf(carol, "alice")).toEqual({ entries: [], hasEarlier: false });
    expect(await threadOf(carol, "bob")).toEqual({ entries: [], hasEarlier: false });
    expect(carol.told).toEqual([]);
  });

  test("that nobody began yet is empty, and its conversation too", async () => {
    expect(await threadOf(alice, "bob")).toEqual({ entries: [], hasEarlier: false });
    expect(await viewOf(alice, "bob")).toEqual({
      with: { handle: "bob", displayName: "bob of the test" },
      place: "inbox",
      entered: false,
      youBlocked: false,
      callButton: "none",
      asked: null,
      granted: null,
      isFirstRing: true,
      route: "relayed",
      receivedAsk: null,
      listedAt: null,
      unreadCount: 0,
      latest: null,
    });
    expect((await dumpOf(server))["conversation"]).toEqual([]);
  });
});

describe("a call that ended", () => {
  test("stands in the thread of the one whose record it is, at the time it rang", async () => {
    await write(alice, "bob", "before");
    server.clock.now += 1_000;
    const rang = server.clock.now;
    const callId = makeId(rang, new Uint8Array(10)) as CallId;
    server.clock.now += 1_000;
    await write(bob, "alice", "during");
    alice.told.length = bob.told.length = 0;
    await endCall("00", 60_000, callId, rang);
    const entry = {
      type: "call",
      id: callId,
      fromMe: true,
      kind: "video",
      outcome: "answered",
      at: rang,
      durationMs: 60_000,
      route: "relayed",
    };
    expect((await threadOf(alice, "bob")).entries[1]).toEqual(entry);
    expect((await threadOf(bob, "alice")).entries[1]).toEqual({ ...entry, fromMe: false });
    expect(alice.told).toMatchObject([
      { type: "entry-added", with: "bob", entry },
      { type: "conversation-changed", conversation: { latest: { text: "during" } } },
    ]);
    expect((await viewOf(alice, "bob")).latest).toMatchObject({ text: "during" });
  });

  test("after the last message is the latest of the conversation", async () => {
    await write(alice, "bob", "before");
    server.clock.now += 1_000;
    await endCall("00", 0);
    expect((await viewOf(alice, "bob")).latest).toMatchObject({ type: "call" });
    server.clock.now -= 5_000;
    await write(bob, "alice", "after");
    expect(textsOf((await threadOf(alice, "bob")).entries)).toEqual(["before", "call", "after"]);
  });
});

describe("what is unread", () => {
  test("is what the other wrote since the last entry that was seen, on all devices", async () => {
    const sent: string[] = [];
    for (const text of ["one", "two", "three"]) {
      sent.push(((await write(alice, "bob", text)).body as MessageEntry).id);
    }
    await write(bob, "alice", "mine is not");
    expect((await viewOf(bob, "alice")).unreadCount).toBe(3);
    bob.told.length = alice.told.length = 0;
    const mark = (upTo: string | undefined) =>
      bob.send("PUT", "/api/conversations/alice/read", { upTo });
    expect(await mark(sent[1])).toMatchObject({ status: 204, text: "" });
    expect(bob.told).toMatchObject([
      { type: "conversation-changed", conversation: { unreadCount: 1 } },
    ]);
    expect(alice.told).toEqual([]);
    await mark(sent[0]);
    await mark(sent[1]);
    expect(bob.told).toHaveLength(1);
    expect((await viewOf(bob, "alice")).unreadCount).toBe(1);
    await mark(sent[2]);
    expect((await viewOf(bob, "alice")).unreadCount).toBe(0);
  });

  test("cannot be seen in advance", async () => {
    await write(alice, "bob", "now");
    await bob.send("PUT", "/api/conversations/alice/read", { upTo: `7${"z".repeat(25)}` });
    expect((await viewOf(bob, "alice")).unreadCount).toBe(0);
    await write(alice, "bob", "later");
    expect((await viewOf(bob, "alice")).unreadCount).toBe(1);
  });

  test("is marked in a conversation that nobody began without beginning it", async () => {
    const before = await dumpOf(server);
    const answer = await bob.send("PUT", "/api/conversations/alice/read", { upTo: "0".repeat(26) });
    expect(answer.status).toBe(204);
    expect(await dumpOf(server)).toEqual(before);
  });

  test("is counted up to a bound", async () => {
    for (let count = 0; count < serverLimits.unreadCountMax + 3; count++) {
      await say(alice, bob, String(count));
    }
    expect((await viewOf(bob, "alice")).unreadCount).toBe(serverLimits.unreadCountMax);
  });
});

test("lists come newest first, in pages that leave nobody out and name nobody twice", async () => {
  const handles: string[] = [];
  for (let index = 0; index < 55; index++) {
    const handle = `person${index}`;
    server.clock.now += 1_000;
    await say(await server.signUp(handle), bob, "hello");
    handles.unshift(handle);
  }
  const page = async (before: string) => {
    const { body } = await bob.send("GET", `/api/conversations?place=requests${before}`);
    return body as { conversations: ConversationView[]; next: string | null };
  };
  const first = await page("");
  const second = await page(`&before=${first.next}`);
  const listed = [...first.conversations, ...second.conversations];
  expect(listed.map((conversation) => conversation.with.handle)).toEqual(handles);
  expect(second.next).toBeNull();
  await write(bob, "person3", "hello");
  const inbox = await bob.send("GET", "/api/conversations?place=inbox");
  expect(inbox.body).toMatchObject({ conversations: [{ with: { handle: "person3" } }] });
});

/** Writes a message without a request, where there are many. */
async function say(from: Person, to: Person, text: string): Promise<void> {
  const message = { clientMessageId: randomUUID(), text };
  await server.store.write((work) => sendMessage(work, from.me.id, to.me.id, message));
}

/** Ends a call that alice made, for both. */
async function endCall(
  random: string,
  durationMs: number,
  callId = makeId(server.clock.now, Buffer.alloc(10, Number(random))) as CallId,
  startedAt = server.clock.now,
): Promise<void> {
  const call = {
    callId,
    kind: "video",
    outcome: "answered",
    startedAt,
    durationMs,
    route: "relayed",
  } as const;
  await server.store.write(async (work) => {
    for (const [me, other, isCaller] of [
      [alice, bob, true],
      [bob, alice, false],
    ] as const) {
      const accounts = { accountId: me.me.id, otherAccountId: other.me.id };
      await recordCall(work, { ...accounts, ...call, isCaller });
    }
  });
}
