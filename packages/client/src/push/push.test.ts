import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { callId } from "../../test/test-calls.ts";
import { alice, type TestWorld, openWorld } from "../../test/test-client.ts";
import { subscription } from "../../test/test-push.ts";
import { until } from "../../test/until.ts";
import { notificationOf } from "../notifications/index.ts";
import type { PushSnapshot } from "./push.ts";

let world: TestWorld;
let asked: string[];

beforeEach(async () => {
  world = await openWorld();
  asked = [];
  const { answers } = world;
  answers.set("GET /api/push/key", () => ({ status: 200, body: { publicKey: "the key" } }));
  for (const name of [
    "PUT /api/push/subscription",
    "DELETE /api/push/subscription",
    "POST /api/push/test",
  ]) {
    answers.set(name, ({ body }) => {
      asked.push(body === undefined ? name : `${name} ${JSON.stringify(body)}`);
      return { status: 204 };
    });
  }
});
afterEach(() => world[Symbol.asyncDispose]());

const put = `PUT /api/push/subscription ${JSON.stringify(subscription)}`;

function reaches(state: PushSnapshot["state"]): Promise<PushSnapshot> {
  return until(world.client.push.snapshot, (push) => push.state === state);
}

describe("a device", () => {
  test("asks its person for nothing until they let it ring", async () => {
    await reaches("off");
    expect(world.push).toMatchObject({ asked: 0, keys: [] });
    expect(asked).toEqual([]);
  });

  test("that may ring is subscribed with the server's key", async () => {
    await reaches("off");
    await world.client.push.allow();
    expect(world.push).toMatchObject({ asked: 1, keys: ["the key"] });
    expect(asked).toEqual([put]);
    expect(world.client.push.snapshot.get()).toEqual({ state: "on" });
  });

  test("whose person says no is not asked for an address", async () => {
    await reaches("off");
    world.push.willing = "denied";
    await world.client.push.allow();
    expect(world.client.push.snapshot.get()).toEqual({ state: "denied" });
    expect(world.push.keys).toEqual([]);
  });

  test("that cannot is asked for nothing, and says why", async () => {
    await using other = await openWorld({ lack: "home-screen" });
    const { push } = other.client;
    await until(push.snapshot, ({ state }) => state === "impossible");
    await push.allow();
    expect(push.snapshot.get()).toEqual({ state: "impossible", lack: "home-screen" });
    expect(other.push.asked).toBe(0);
  });

  test("is stopped at the server and here, and stays so", async () => {
    await reaches("off");
    await world.client.push.allow();
    await world.client.push.stop();
    expect(world.client.push.snapshot.get()).toEqual({ state: "off" });
    expect(world.push.isSubscribed).toBe(false);
    expect(asked).toEqual([put, "DELETE /api/push/subscription"]);
  });

  test.each<[number, string, PushSnapshot]>([
    [400, "push-service-refused", { state: "failed", why: "service-refused" }],
    [503, "unavailable", { state: "failed", why: "unreachable" }],
  ])("that the server answers by %i %s says so", async (status, code, expected) => {
    await reaches("off");
    const body = { code, message: "No." };
    world.answers.set("PUT /api/push/subscription", () => ({ status, body }));
    await world.client.push.allow();
    expect(world.client.push.snapshot.get()).toEqual(expected);
  });

  test("without a push service says so", async () => {
    await reaches("off");
    world.push.subscription = null;
    await world.client.push.allow();
    expect(world.client.push.snapshot.get()).toEqual({ state: "failed", why: "no-service" });
  });

  test("whose subscription the server has lost makes another", async () => {
    await reaches("off");
    await world.client.push.allow();
    const body = { code: "not-found", message: "Gone." };
    world.answers.set("POST /api/push/test", () => ({ status: 404, body }));
    await expect(world.client.push.ringToTry()).rejects.toMatchObject({ code: "not-found" });
    expect(asked).toEqual([put, put]);
    expect(world.push.isSubscribed).toBe(true);
  });
});

/** A browser that was let ring, by this account or another. */
async function letRingBy(account: string): Promise<TestWorld> {
  const kept = new Map([["ringfence.push", account]]);
  const again = await openWorld({ granted: "granted", kept });
  again.answers.set("GET /api/push/key", () => ({ status: 200, body: { publicKey: "k" } }));
  again.answers.set("PUT /api/push/subscription", () => ({ status: 204 }));
  return again;
}

test("a device that its account let ring before tells the server where it is, unasked", async () => {
  await using again = await letRingBy(alice.id);
  await until(again.client.push.snapshot, ({ state }) => state === "on");
  expect(again.push.asked).toBe(0);
});

test("a device that another account let ring is not subscribed for this one", async () => {
  await using again = await letRingBy("0".repeat(26));
  await until(again.client.push.snapshot, ({ state }) => state === "off");
  expect(again.push.keys).toEqual([]);
});

test("who signs out leaves no subscription, no notification and no accept behind", async () => {
  await reaches("off");
  await world.client.push.allow();
  await world.push.show(notificationOf({ type: "test" }));
  world.push.left.push({ callId, until: Date.now() + 30_000 });
  world.answers.set("DELETE /api/login", () => ({ status: 204 }));
  await world.client.account.signOut();
  await vi.waitFor(() => expect(world.push.isSubscribed).toBe(false));
  expect(world.push).toMatchObject({ left: [] });
  expect(world.push.shown.size).toBe(0);
});
