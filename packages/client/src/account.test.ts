import { closeCodes, makeRecoveryCode, recoveryCodeRandomBytes } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alice, online, openWorld, type TestWorld } from "../test/test-client.ts";
import { until } from "../test/until.ts";

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
});

afterEach(() => world[Symbol.asyncDispose]());

const notSignedIn = () => ({
  status: 401,
  body: { code: "not-signed-in", message: "Sign in first." },
});
const state = (wanted: string) =>
  until(world.client.account.snapshot, (account) => account.state === wanted);
const { callSettings, ...me } = alice;

describe("the account", () => {
  test("is asked for at once, and connected when somebody is signed in", async () => {
    expect(world.client.account.snapshot.get()).toEqual({ state: "loading" });
    await online(world);
    expect(world.client.account.snapshot.get()).toEqual({ state: "signed-in", me });
    expect(world.client.callSettings.snapshot.get()).toEqual(callSettings);
  });

  test("is signed out where the server knows no login, and nothing is connected", async () => {
    await world[Symbol.asyncDispose]();
    world = await openWorld();
    world.answers.set("GET /api/me", notSignedIn);
    await state("signed-out");
    expect(world.server.connections).toHaveLength(0);
  });

  test("is signed in by signing up, with what was typed", async () => {
    world.answers.set("GET /api/me", notSignedIn);
    await state("signed-out");
    world.answers.set("POST /api/accounts", () => ({
      status: 200,
      body: { me: alice, recoveryCode: makeRecoveryCode(new Uint8Array(recoveryCodeRandomBytes)) },
    }));
    const signUp = { handle: alice.handle, displayName: "Alice", password: "long enough" };
    await world.client.account.signUp(signUp);
    expect(world.server.requests.find(({ method }) => method === "POST")?.body).toEqual(signUp);
    await online(world);
  });

  test("tells a refusal by its code, its sentence and its field", async () => {
    const body = { code: "handle-taken", message: "This handle is taken.", field: "handle" };
    world.answers.set("POST /api/accounts", () => ({ status: 409, body }));
    const signUp = { handle: alice.handle, displayName: "Alice", password: "long enough" };
    await expect(world.client.account.signUp(signUp)).rejects.toMatchObject({
      status: 409,
      ...body,
    });
  });

  test("is gone with everything shown of it when another device signs this one out", async () => {
    const connection = await online(world);
    connection.socket.close(closeCodes.signedOut);
    await state("signed-out");
    expect(world.client.callSettings.snapshot.get()).toBeNull();
    expect(world.client.conversations.inbox.get()).toEqual({
      state: "loading",
      conversations: [],
      hasMore: false,
    });
  });

  test("that is suspended is said so, and goes on by itself with what was there", async () => {
    const connection = await online(world);
    const suspended = { code: "account-suspended", message: "Suspended." };
    world.answers.set("GET /api/me", () => ({ status: 403, body: suspended }));
    connection.socket.close(closeCodes.suspended);
    await state("suspended");
    expect(world.client.callSettings.snapshot.get()).toBeNull();
    await world.client.account.check();
    expect(world.client.account.snapshot.get()).toEqual({ state: "suspended" });
    world.answers.set("GET /api/me", () => ({ status: 200, body: alice }));
    await world.client.account.check();
    expect(world.client.account.snapshot.get()).toEqual({ state: "signed-in", me });
    await world.server.connection(2);
  });

  test("that the operator's link gave a new password says so where it was signed in", async () => {
    const connection = await online(world);
    const reset = { code: "account-reset", message: "Reset." };
    world.answers.set("GET /api/me", () => ({ status: 401, body: reset }));
    connection.socket.close(closeCodes.signedOut);
    await until(
      world.client.account.snapshot,
      (account) => account.state === "signed-out" && account.wasReset === true,
    );
    expect(world.client.callSettings.snapshot.get()).toBeNull();
  });

  test("is gone when any answer says that the login is", async () => {
    await online(world);
    world.answers.set("GET /api/devices", notSignedIn);
    await expect(world.client.account.listDevices()).rejects.toMatchObject({
      code: "not-signed-in",
    });
    expect(world.client.account.snapshot.get()).toEqual({ state: "signed-out" });
  });

  test("is another when another tab signed in as somebody else", async () => {
    await online(world);
    const other = { ...alice, id: "3".repeat(26), handle: "bob" };
    world.answers.set("GET /api/me", () => ({ status: 200, body: other }));
    world.page.happen("shown");
    await until(
      world.client.account.snapshot,
      (account) => account.state === "signed-in" && account.me.id === other.id,
    );
    await world.server.connection(2);
    expect(world.server.connections[0]?.socket.readyState).not.toBe(WebSocket.OPEN);
  });

  test("stays signed in while the server is away", async () => {
    await online(world);
    world.answers.set("GET /api/me", () => ({ status: 502 }));
    world.page.happen("shown");
    await world.server.heard(
      () => world.server.requests.filter(({ path }) => path === "/api/me").length === 2,
    );
    expect(world.client.account.snapshot.get().state).toBe("signed-in");
  });

  test("is unreachable where nobody answers, and asked for again when the network is back", async () => {
    await world[Symbol.asyncDispose]();
    world = await openWorld();
    world.answers.set("GET /api/me", () => ({ status: 502 }));
    await state("unreachable");
    world.answers.set("GET /api/me", () => ({ status: 200, body: alice }));
    world.page.happen("online");
    await online(world);
    expect(world.client.account.snapshot.get().state).toBe("signed-in");
  });
});

describe("the call settings", () => {
  test("show a change at once and take it back with the error when it is refused", async () => {
    await online(world);
    const { snapshot, change } = access();
    let refuse: (() => void) | undefined;
    world.answers.set(
      "PATCH /api/settings/calls",
      () =>
        new Promise((resolve) => {
          refuse = () => resolve({ status: 503, body: { code: "unavailable", message: "Later." } });
        }),
    );
    const changed = change({ calling: "off" });
    expect(snapshot.get()?.calling).toBe("off");
    await world.server.heard(() => refuse !== undefined);
    refuse?.();
    await expect(changed).rejects.toMatchObject({ code: "unavailable" });
    expect(snapshot.get()).toEqual(callSettings);
  });

  test("keep a second change shown while the first is answered", async () => {
    await online(world);
    const { snapshot, change } = access();
    const waiting: (() => void)[] = [];
    world.answers.set(
      "PATCH /api/settings/calls",
      (request) =>
        new Promise((resolve) => {
          const body = { ...callSettings, ...(request.body as object) };
          waiting.push(() => resolve({ status: 200, body }));
        }),
    );
    const first = change({ calling: "off" });
    await world.server.heard(() => waiting.length === 1);
    const second = change({ hideAddress: false });
    waiting[0]?.();
    await first;
    expect(snapshot.get()).toEqual({ ...callSettings, calling: "off", hideAddress: false });
    await world.server.heard(() => waiting.length === 2);
    waiting[1]?.();
    await second;
  });

  test("follow what another device changed", async () => {
    const connection = await online(world);
    const changed = { ...callSettings, calling: "off" as const };
    connection.deliver({ type: "call-settings-changed", callSettings: changed });
    await until(access().snapshot, (settings) => settings?.calling === "off");
    expect(access().snapshot.get()).toEqual(changed);
  });
});

function access() {
  const { callSettings: store } = world.client;
  return {
    snapshot: store.snapshot,
    change: (...change: Parameters<typeof store.change>) => store.change(...change),
  };
}
