import type { ConversationView, DownMessage } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  alice,
  bob,
  carol,
  conversationWith,
  online,
  openWorld,
  personView,
  type TestWorld,
} from "../test/test-client.ts";
import { until } from "../test/until.ts";
import { ApiClient } from "./api.ts";
import { WhoCanRingStore } from "./who-can-ring.ts";

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
});

afterEach(() => world[Symbol.asyncDispose]());

const mayRing = (person: typeof bob) => ({
  person,
  reason: "mutuals",
  until: null,
  mayBreakThrough: false,
});

describe("who can ring right now", () => {
  test.each<[string, DownMessage]>([
    ["the rules", { type: "call-settings-changed", callSettings: alice.callSettings }],
    ["a person", { type: "person-changed", person: personView() }],
    ["a right to ring", { type: "grants-changed" }],
    ["a conversation", { type: "conversation-changed", conversation: conversationWith(bob) }],
  ])("is fetched again when %s changed", async (_what, message) => {
    const connection = await online(world);
    let people = [mayRing(bob)];
    world.answers.set("GET /api/who-may-ring", () => ({
      status: 200,
      body: { people, next: null, count: people.length },
    }));
    const { list } = world.client.whoCanRing.now;
    const stop = list.subscribe(() => {});
    await until(list, (one) => one.state === "ready");
    people = [mayRing(bob), mayRing(carol)];
    connection.deliver(message);
    await until(list, (one) => one.state === "ready" && one.items.length === 2);
    expect(list.get()).toMatchObject({ hasMore: false });
    stop();
  });

  test("is not out of date by every message of a conversation", async () => {
    const page = { status: 200, body: { people: [], next: null, count: 0 } };
    world.answers.set("GET /api/who-may-ring", () => page);
    const { origin } = world.server;
    const store = new WhoCanRingStore(new ApiClient({ origin, fetch: (...one) => fetch(...one) }));
    const isStaleAfter = async (change: Partial<ConversationView>) => {
      await store.now.refresh();
      const conversation = conversationWith(bob, change);
      store.receive({ type: "conversation-changed", conversation });
      return store.now.list.isStale;
    };
    expect(await isStaleAfter({ unreadCount: 1 })).toBe(true);
    expect(await isStaleAfter({ unreadCount: 2 })).toBe(false);
    expect(await isStaleAfter({ callButton: "none" })).toBe(true);
    expect(await isStaleAfter({ callButton: "none", entered: false })).toBe(true);
  });

  test("is nobody's when another person signs in", async () => {
    await online(world);
    const page = { status: 200, body: { people: [mayRing(bob)], next: null, count: 1 } };
    world.answers.set("GET /api/who-may-ring", () => page);
    const { now } = world.client.whoCanRing;
    await now.refresh();
    world.answers.set("DELETE /api/login", () => ({ status: 204 }));
    await world.client.account.signOut();
    expect(now.list.get()).toEqual({ state: "loading" });
  });
});

test("attempts are forgotten together", async () => {
  await online(world);
  let attempts = [{ person: bob, reason: "faded", count: 3, lastAt: 5 }];
  world.answers.set("GET /api/attempts", () => ({ status: 200, body: { attempts, next: null } }));
  world.answers.set("DELETE /api/attempts", () => {
    attempts = [];
    return { status: 204 };
  });
  const { whoCanRing } = world.client;
  await whoCanRing.attempts.refresh();
  expect(whoCanRing.attempts.list.get()).toMatchObject({ items: [{ count: 3 }] });
  await whoCanRing.forgetAttempts();
  expect(whoCanRing.attempts.list.get()).toMatchObject({ items: [] });
});
