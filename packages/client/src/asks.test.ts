import type { AskId, PersonView, ReceivedAsk } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bob, carol, online, openWorld, personView, type TestWorld } from "../test/test-client.ts";
import type { TestAnswer } from "../test/test-server.ts";
import { until } from "../test/until.ts";

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
});

afterEach(() => world[Symbol.asyncDispose]());

const idOf = (number: number) => String(number).padStart(26, "0") as AskId;

function ask(number: number, from = bob): ReceivedAsk {
  return { id: idOf(number), from, reason: `reason ${number}`, at: number };
}

const received = () => world.client.asks.received;
const ids = () =>
  received()
    .get()
    .asks.map(({ id }) => Number(id));
const answerPerson = (endpoint: string, change: Partial<PersonView> = {}) =>
  world.answers.set(endpoint, () => ({ status: 200, body: personView(change) }));
const answerAsks = (asks: ReceivedAsk[], next: AskId | null = null) =>
  world.answers.set("GET /api/asks", () => ({ status: 200, body: { asks, next } }));

describe("the asks that wait for an answer", () => {
  test("are fetched with the connection and follow what the server pushes", async () => {
    answerAsks([ask(1)]);
    const connection = await online(world);
    await until(received(), ({ asks }) => asks.length === 1);
    connection.deliver({ type: "ask-received", ask: ask(2, carol) });
    await until(received(), ({ asks }) => asks.length === 2);
    expect(ids()).toEqual([2, 1]);
    connection.deliver({ type: "ask-ended", askId: idOf(1) });
    await until(received(), ({ asks }) => asks.length === 1);
    expect(ids()).toEqual([2]);
  });

  test("are one of each person, the latest", async () => {
    answerAsks([ask(1)]);
    const connection = await online(world);
    await until(received(), ({ asks }) => asks.length === 1);
    connection.deliver({ type: "ask-received", ask: ask(2) });
    await until(received(), ({ asks }) => asks[0]?.id === idOf(2));
    expect(ids()).toEqual([2]);
  });

  test("do not come back by a page that is older than the word that they ended", async () => {
    answerAsks([]);
    const connection = await online(world);
    await until(received(), (list) => list.state === "ready");
    const answers: ((answer: TestAnswer) => void)[] = [];
    world.answers.set("GET /api/asks", () => new Promise((resolve) => answers.push(resolve)));
    connection.welcome();
    await world.server.heard(() => answers.length === 1);
    connection.deliver({ type: "ask-ended", askId: idOf(1) });
    connection.deliver({ type: "ask-received", ask: ask(2, carol) });
    await until(received(), ({ asks }) => asks.length === 1);
    answerAsks([ask(2, carol)]);
    answers[0]?.({ status: 200, body: { asks: [ask(1)], next: null } });
    await world.server.heard(
      () => world.server.requests.filter(({ path }) => path === "/api/asks").length === 3,
    );
    expect(ids()).toEqual([2]);
  });

  test("go on where the page before ended", async () => {
    world.answers.set("GET /api/asks", ({ path }) => {
      const isFirst = !path.includes("before=");
      const body = isFirst
        ? { asks: [ask(2)], next: idOf(2) }
        : { asks: [ask(1, carol)], next: null };
      return { status: 200, body };
    });
    await until(received(), (list) => list.state === "ready" && list.hasMore);
    await world.client.asks.loadMore();
    expect(ids()).toEqual([2, 1]);
    expect(received().get().hasMore).toBe(false);
  });

  test("are out of sight once they are answered, with what the answer changed", async () => {
    answerAsks([ask(1)]);
    answerPerson("GET /api/people/bob");
    const person = world.client.people.person(bob.handle);
    await until(received(), ({ asks }) => asks.length === 1);
    await until(person, (one) => one.state === "ready");
    const grant = {
      kind: "always",
      until: null,
      mayBreakThrough: false,
      pausedUntil: null,
    } as const;
    answerPerson("POST /api/people/bob/ask/answer", { grant });
    await world.client.asks.answer(bob.handle, "always");
    expect(world.server.latestRequest?.body).toEqual({ answer: "always" });
    expect(ids()).toEqual([]);
    expect(person.get()).toEqual({ state: "ready", value: personView({ grant }) });
  });

  test("stay where an answer did not arrive", async () => {
    answerAsks([ask(1)]);
    await until(received(), ({ asks }) => asks.length === 1);
    const body = { code: "unavailable", message: "Try again." };
    world.answers.set("POST /api/people/bob/ask/answer", () => ({ status: 503, body }));
    await expect(world.client.asks.answer(bob.handle, "not-now")).rejects.toThrow("Try again.");
    expect(ids()).toEqual([1]);
  });

  test("that could not be fetched say so, and are fetched again when asked to", async () => {
    const body = { code: "unavailable", message: "Try again." };
    world.answers.set("GET /api/asks", () => ({ status: 503, body }));
    await until(received(), (list) => list.state === "failed");
    answerAsks([ask(1)]);
    await world.client.asks.loadMore();
    expect(ids()).toEqual([1]);
  });

  test("are nobody's any more after signing out", async () => {
    answerAsks([ask(1)]);
    await until(received(), ({ asks }) => asks.length === 1);
    world.answers.set("DELETE /api/login", () => ({ status: 204 }));
    await world.client.account.signOut();
    expect(received().get()).toEqual({ state: "loading", asks: [], hasMore: false });
  });
});

describe("an ask of this account", () => {
  test("shows as asked with the person, until it is withdrawn", async () => {
    const asked = { until: 5 };
    answerPerson("GET /api/people/bob", { callButton: "ask" });
    const person = world.client.people.person(bob.handle);
    await until(person, (one) => one.state === "ready");
    answerPerson("POST /api/people/bob/ask", { asked });
    await world.client.asks.send(bob.handle, "About the boat");
    expect(world.server.latestRequest?.body).toEqual({ reason: "About the boat" });
    expect(person.get()).toMatchObject({ value: { asked } });
    answerPerson("DELETE /api/people/bob/ask");
    await world.client.asks.withdraw(bob.handle);
    expect(person.get()).toMatchObject({ value: { asked: null } });
  });
});
