import type { ConversationView } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  bob,
  carol,
  conversationWith,
  messageEntry,
  online,
  openWorld,
  type TestWorld,
} from "../test/test-client.ts";
import { until } from "../test/until.ts";
import type { TestAnswer, TestConnection } from "../test/test-server.ts";

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
});

afterEach(() => world[Symbol.asyncDispose]());

function answerLists(inbox: ConversationView[], requests: ConversationView[] = []): void {
  world.answers.set("GET /api/conversations", ({ path }) => ({
    status: 200,
    body: {
      conversations: path.includes("place=inbox") ? inbox : requests,
      next: null,
    },
  }));
}

const inbox = () => world.client.conversations.inbox;
const handles = (list: { conversations: readonly ConversationView[] }) =>
  list.conversations.map((view) => view.with.handle);
const asked = (start: string) =>
  world.server.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(start)).length;

describe("the lists of conversations", () => {
  test("hold each its own, newest first", async () => {
    answerLists([conversationWith(bob), conversationWith(carol, { latest: messageEntry(5) })], []);
    const list = await until(inbox(), ({ conversations }) => conversations.length === 2);
    expect(handles(list)).toEqual(["carol", "bob"]);
    const requests = await until(
      world.client.conversations.requests,
      (one) => one.state === "ready",
    );
    expect(requests).toEqual({ state: "ready", conversations: [], hasMore: false });
  });

  test("follow what the server pushes, from one list to the other or out of both", async () => {
    answerLists([], [conversationWith(bob, { place: "requests", entered: false })]);
    const connection = await online(world);
    const { requests } = world.client.conversations;
    await until(requests, ({ conversations }) => conversations.length === 1);
    connection.deliver({ type: "conversation-changed", conversation: conversationWith(bob) });
    await until(inbox(), ({ conversations }) => conversations.length === 1);
    expect(requests.get().conversations).toEqual([]);
    const hidden = conversationWith(bob, { place: "hidden" });
    connection.deliver({ type: "conversation-changed", conversation: hidden });
    await until(inbox(), ({ conversations }) => conversations.length === 0);
  });

  test("leave out a conversation that nobody began", async () => {
    await online(world);
    const conversation = conversationWith(bob, { latest: null, listedAt: null });
    world.answers.set("GET /api/conversations/bob", () => ({ status: 200, body: conversation }));
    await until(
      world.client.conversations.conversation(bob.handle),
      (one) => one.state === "ready",
    );
    await until(inbox(), (list) => list.state === "ready");
    expect(inbox().get().conversations).toEqual([]);
  });

  test("go on where the page before ended", async () => {
    world.answers.set("GET /api/conversations", ({ path }) => {
      const isFirst = !path.includes("before=");
      const conversations = isFirst
        ? [conversationWith(bob, { latest: messageEntry(9) })]
        : [conversationWith(carol)];
      return { status: 200, body: { conversations, next: isFirst ? "9" : null } };
    });
    await until(inbox(), (list) => list.state === "ready" && list.hasMore);
    await world.client.conversations.loadMore("inbox");
    expect(handles(inbox().get())).toEqual(["bob", "carol"]);
    expect(inbox().get().hasMore).toBe(false);
  });

  test("are fetched again after a connection was lost", async () => {
    answerLists([conversationWith(bob)]);
    const connection = await online(world);
    await until(inbox(), ({ conversations }) => conversations.length === 1);
    answerLists([conversationWith(carol)]);
    connection.socket.terminate();
    const list = await until(
      inbox(),
      ({ conversations }) =>
        conversations[0]?.with === undefined || handles({ conversations })[0] === "carol",
    );
    expect(handles(list)).toEqual(["carol"]);
  });

  test("keep what was pushed while an older page was on its way", async () => {
    const connection = await online(world);
    await until(inbox(), (list) => list.state === "ready");
    const answers: ((answer: TestAnswer) => void)[] = [];
    world.answers.set(
      "GET /api/conversations",
      () => new Promise((resolve) => answers.push(resolve)),
    );
    connection.welcome();
    await world.server.heard(() => answers.length === 2);
    const pushed = conversationWith(bob, { unreadCount: 3, latest: messageEntry(7) });
    connection.deliver({ type: "conversation-changed", conversation: pushed });
    await until(inbox(), ({ conversations }) => conversations.length === 1);
    const read = { conversations: [conversationWith(bob)], next: null };
    for (const answer of answers) answer({ status: 200, body: read });
    const { requests } = world.client.conversations;
    connection.deliver({
      type: "conversation-changed",
      conversation: conversationWith(carol, { place: "requests" }),
    });
    await until(requests, ({ conversations }) => conversations.length === 1);
    expect(inbox().get().conversations[0]?.unreadCount).toBe(3);
  });

  test("say that they failed, and come when asked again", async () => {
    world.answers.set("GET /api/conversations", () => ({ status: 503 }));
    await until(inbox(), (list) => list.state === "failed");
    await online(world);
    answerLists([conversationWith(bob)]);
    await world.client.conversations.loadMore("inbox");
    expect(handles(inbox().get())).toEqual(["bob"]);
  });
});

describe("a conversation", () => {
  test("is one observable, fetched once, and missing where nobody has the handle", async () => {
    await online(world);
    const { conversations } = world.client;
    expect(conversations.conversation(bob.handle)).toBe(conversations.conversation(bob.handle));
    await until(conversations.conversation(bob.handle), (one) => one.state === "missing");
    expect(asked("GET /api/conversations/bob")).toBe(1);
  });

  test("and its thread come when asked again, where they failed", async () => {
    await online(world);
    const { conversations } = world.client;
    const failure = { status: 503, body: { code: "unavailable", message: "Try again." } };
    for (const path of ["", "/entries"]) {
      world.answers.set(`GET /api/conversations/bob${path}`, () => failure);
    }
    await until(conversations.conversation(bob.handle), (one) => one.state === "failed");
    await until(conversations.thread(bob.handle), (thread) => thread.state === "failed");
    const entries = { entries: [messageEntry(1)], hasEarlier: false };
    world.answers.set("GET /api/conversations/bob", () => ({
      status: 200,
      body: conversationWith(bob),
    }));
    world.answers.set("GET /api/conversations/bob/entries", () => ({ status: 200, body: entries }));
    await conversations.refresh(bob.handle);
    await conversations.loadEarlier(bob.handle);
    expect(conversations.conversation(bob.handle).get().state).toBe("ready");
    expect(conversations.thread(bob.handle).get()).toMatchObject({ state: "ready", ...entries });
  });

  test("is read as far as its thread is shown, once", async () => {
    const connection = await openThread([messageEntry(1), messageEntry(2)]);
    const unread = conversationWith(bob, { unreadCount: 2 });
    connection.deliver({ type: "conversation-changed", conversation: unread });
    await until(inbox(), ({ conversations }) => conversations.length === 1);
    world.client.conversations.markRead(bob.handle);
    world.client.conversations.markRead(bob.handle);
    expect(inbox().get().conversations[0]?.unreadCount).toBe(0);
    await world.server.heard(() => asked("PUT /api/conversations/bob/read") === 1);
    expect(world.server.latestRequest?.body).toEqual({ upTo: messageEntry(2).id });
  });

  test("moves to the inbox when its request is accepted", async () => {
    await online(world);
    const accepted = { status: 200, body: conversationWith(bob) };
    world.answers.set("POST /api/conversations/bob/accept", () => accepted);
    await world.client.conversations.acceptRequest(bob.handle);
    expect(handles(inbox().get())).toEqual(["bob"]);
  });

  test("is gone with the account of the other person", async () => {
    const connection = await openThread([messageEntry(1)]);
    connection.deliver({ type: "conversation-changed", conversation: conversationWith(bob) });
    await until(inbox(), ({ conversations }) => conversations.length === 1);
    connection.deliver({ type: "person-removed", handle: bob.handle });
    await until(inbox(), ({ conversations }) => conversations.length === 0);
    expect(thread().get().entries).toEqual([]);
  });
});

describe("a thread", () => {
  test("shows what is written at once, then as the server has it", async () => {
    await openThread([messageEntry(1)]);
    const answers = holdMessages();
    world.client.conversations.send(bob.handle, "hello");
    expect(texts()).toEqual(["message 1", "pending hello"]);
    await world.server.heard(() => answers.length === 1);
    answers[0]?.(2);
    await until(thread(), () => texts().at(-1) === "hello");
    expect(texts()).toEqual(["message 1", "hello"]);
  });

  test("sends one message after another, in the order in which they were written", async () => {
    await openThread([]);
    const answers = holdMessages();
    for (const text of ["one", "two"]) world.client.conversations.send(bob.handle, text);
    await world.server.heard(() => answers.length === 1);
    expect(asked("POST /api/conversations/bob/messages")).toBe(1);
    answers[0]?.(1);
    await world.server.heard(() => answers.length === 2);
    answers[1]?.(2);
    await until(thread(), () => texts().join() === "one,two");
  });

  test("shows a message once whose push comes before its answer", async () => {
    const connection = await openThread([]);
    const answers = holdMessages();
    world.client.conversations.send(bob.handle, "hello");
    await world.server.heard(() => answers.length === 1);
    connection.deliver({ type: "entry-added", with: bob.handle, entry: sent(2) });
    await until(thread(), () => texts().join() === "hello");
    answers[0]?.(2);
    connection.deliver({ type: "entry-added", with: bob.handle, entry: messageEntry(3) });
    await until(thread(), () => texts().length === 2);
    expect(texts()).toEqual(["hello", "message 3"]);
  });

  test("keeps a message that failed, and sends it again under the same id", async () => {
    await openThread([]);
    world.answers.set("POST /api/conversations/bob/messages", () => ({ status: 503 }));
    world.client.conversations.send(bob.handle, "hello");
    const { entries } = await until(thread(), (one) =>
      one.entries.some((entry) => entry.type === "pending" && entry.failure !== null),
    );
    const failed = entries[0];
    if (failed?.type !== "pending") throw new Error("not pending");
    expect(failed.failure?.code).toBe("unavailable");
    const answers = holdMessages();
    world.client.conversations.retry(bob.handle, failed.clientMessageId);
    expect(thread().get().entries).toMatchObject([{ type: "pending", failure: null }]);
    await world.server.heard(() => answers.length === 1);
    expect(world.server.latestRequest?.body).toMatchObject({
      clientMessageId: failed.clientMessageId,
    });
    answers[0]?.(1);
    await until(thread(), () => texts().join() === "hello");
  });

  test("goes back page by page", async () => {
    answerEntries(({ path }) =>
      path.includes("before=")
        ? { entries: [messageEntry(1)], hasEarlier: false }
        : { entries: [messageEntry(2), messageEntry(3)], hasEarlier: true },
    );
    await online(world);
    await until(thread(), (one) => one.state === "ready");
    await world.client.conversations.loadEarlier(bob.handle);
    expect(texts()).toEqual(["message 1", "message 2", "message 3"]);
    expect(thread().get().hasEarlier).toBe(false);
  });

  test("that missed more than a page begins again with the latest", async () => {
    const connection = await openThread([messageEntry(1)]);
    const stop = thread().subscribe(() => {});
    answerEntries(() => ({ entries: [messageEntry(8), messageEntry(9)], hasEarlier: true }));
    connection.welcome();
    await until(thread(), () => texts().at(-1) === "message 9");
    stop();
    expect(texts()).toEqual(["message 8", "message 9"]);
    expect(thread().get().hasEarlier).toBe(true);
  });

  test("that missed less goes on where it was", async () => {
    const connection = await openThread([messageEntry(1)]);
    const stop = thread().subscribe(() => {});
    answerEntries(() => ({ entries: [messageEntry(1), messageEntry(2)], hasEarlier: false }));
    connection.welcome();
    await until(thread(), () => texts().at(-1) === "message 2");
    stop();
    expect(texts()).toEqual(["message 1", "message 2"]);
  });
});

const thread = () => world.client.conversations.thread(bob.handle);
const texts = () =>
  thread()
    .get()
    .entries.map((entry) => {
      if (entry.type === "call") return "call";
      return entry.type === "pending" ? `pending ${entry.text}` : entry.text;
    });

type Page = { entries: ReturnType<typeof messageEntry>[]; hasEarlier: boolean };

function answerEntries(page: (request: { path: string }) => Page): void {
  world.answers.set("GET /api/conversations/bob/entries", (request) => ({
    status: 200,
    body: page(request),
  }));
}

async function openThread(entries: ReturnType<typeof messageEntry>[]): Promise<TestConnection> {
  answerEntries(() => ({ entries, hasEarlier: false }));
  const connection = await online(world);
  await until(thread(), (one) => one.state === "ready");
  return connection;
}

/** The message that was sent last, as the server has it. */
function sent(number: number) {
  const { body } = world.server.requests.findLast(({ method }) => method === "POST") ?? {};
  const { clientMessageId, text } = body as { clientMessageId: string; text: string };
  return { ...messageEntry(number, text), clientMessageId, fromMe: true };
}

/** Holds every message back until its answer is called with the number of its entry. */
function holdMessages(): ((number: number) => void)[] {
  const answers: ((number: number) => void)[] = [];
  world.answers.set(
    "POST /api/conversations/bob/messages",
    () =>
      new Promise((resolve) => {
        answers.push((number) => resolve({ status: 200, body: sent(number) }));
      }),
  );
  return answers;
}
