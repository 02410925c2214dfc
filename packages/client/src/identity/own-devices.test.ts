import { makeRecoveryCode, recoveryCodeRandomBytes } from "@ringfence/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { DevicesOfAlice, known, tell } from "../../test/devices-of-alice.ts";
import { memoryVaults } from "../headless/memory-vault.ts";
import { bobsDevice, makeDevice } from "../../test/other-end.ts";
import { alice, bob, online, openWorld, type TestWorld } from "../../test/test-client.ts";
import { TestOwnDevices } from "../../test/test-own-devices.ts";
import type { TestAnswer } from "../../test/test-server.ts";
import { until } from "../../test/until.ts";
import type { OwnDevicesSnapshot } from "./own-devices.ts";

type Chain = TestOwnDevices["chain"];

const scene = new DevicesOfAlice();
afterEach(() => scene[Symbol.asyncDispose]());

function isFaulty({ state }: OwnDevicesSnapshot): boolean {
  return state === "faulty";
}

describe("the first device of an account", () => {
  test("begins its chain, and signs only when the server has it", async () => {
    const devices = new TestOwnDevices();
    const world = await scene.open({ devices });
    const { publicKey } = await world.client.identity.signer();
    expect(publicKey).toHaveLength(32);
    expect(devices.chain).toHaveLength(1);
    expect(await known(world)).toMatchObject({ isLinked: true, isLastLinked: true, waiting: [] });
  });

  test("has the same key after a reload, and asks the server once", async () => {
    const profile = { devices: new TestOwnDevices(), openVault: memoryVaults() };
    const before = await scene.open(profile);
    const { publicKey } = await before.client.identity.signer();
    await known(before);
    before.client.close();
    const after = await scene.open(profile);
    expect((await after.client.identity.signer()).publicKey).toEqual(publicKey);
    await known(after);
    const asked = after.server.requests.filter(({ path }) => path.startsWith("/api/devices"));
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /api/devices/chain",
    ]);
  });

  test("begins anew where its key is gone and nobody else is linked", async () => {
    const devices = new TestOwnDevices();
    await known(await scene.open({ devices }), ({ isLinked }) => isLinked);
    const emptied = await scene.open({ devices });
    expect(await known(emptied, ({ isLinked }) => isLinked)).toMatchObject({
      wasBegunAnew: false,
    });
    expect(devices).toMatchObject({ generation: 2, chain: [{}] });
  });

  test("signs once the server could be asked, however often it could not", async () => {
    const world = await openWorld({ devices: new TestOwnDevices() });
    scene.worlds.push(world);
    let looks = 0;
    world.answers.set("GET /api/devices/chain", () => {
      looks += 1;
      if (looks === 2) world.answers.delete("GET /api/devices/chain");
      return { status: 503, body: { code: "unavailable", message: "Try again in a moment." } };
    });
    await online(world);
    expect((await world.client.identity.signer()).publicKey).toHaveLength(32);
    expect(looks).toBe(2);
  });

  test("says nothing of a chain that it began anew itself, where it did not hear that it has", async () => {
    const { devices, first, second } = await scene.linkedAndWaiting();
    const answer = devices.answer.bind(devices);
    let isLost = true;
    devices.answer = (id, request) => {
      const answered = answer(id, request);
      if (request.method !== "POST" || !isLost) return answered;
      isLost = false;
      return answered?.then((): TestAnswer => ({ status: 502 }));
    };
    devices.rows.shift();
    devices.forget(
      Buffer.from((await first.client.identity.signer()).publicKey).toString("base64url"),
    );
    tell(second);
    await second.server.heard(() => !isLost);
    tell(second);
    expect(await known(second, ({ isLinked }) => isLinked)).toMatchObject({ wasBegunAnew: false });
    expect(devices.generation).toBe(2);
  });

  test("does not begin where another device was quicker", async () => {
    const devices = new TestOwnDevices();
    let quicker: Promise<TestWorld> | null = null;
    devices.beforeAppend = async () => {
      if (quicker !== null) return;
      quicker = scene.open({ devices, deviceId: "3".repeat(26) });
      await known(await quicker, ({ isLinked }) => isLinked);
    };
    expect(await known(await scene.open({ devices }))).toMatchObject({ isLinked: false });
    expect(devices.chain).toHaveLength(1);
  });
});

describe("leaving", () => {
  test("takes this device out of the chain, and everything of it out of the profile", async () => {
    const devices = new TestOwnDevices();
    const openVault = memoryVaults();
    const world = await scene.open({ devices, openVault });
    await known(world);
    await world.client.account.signOut();
    expect(world.client.account.snapshot.get()).toEqual({ state: "signed-out" });
    expect(devices.chain).toHaveLength(2);
    expect(devices.rows).toEqual([]);
    expect(await openVault(alice.id).list("identity")).toEqual([]);
    expect(world.server.requests.some(({ method }) => method === "DELETE")).toBe(false);
  });

  test("leaves nothing in the profile where another device was quicker to sign this one out", async () => {
    const openVault = memoryVaults();
    const world = await scene.open({ openVault });
    await known(world);
    const body = { code: "not-signed-in", message: "Sign in first." };
    for (const asked of ["POST /api/devices/chain", "DELETE /api/login"]) {
      world.answers.set(asked, () => ({ status: 401, body }));
    }
    await world.client.account.signOut();
    expect(world.client.account.snapshot.get()).toEqual({ state: "signed-out" });
    expect(await openVault(alice.id).list("identity")).toEqual([]);
  });

  test("keeps what the profile knows where only the server says that nobody is signed in", async () => {
    const openVault = memoryVaults();
    const world = await scene.open({ openVault });
    await known(world);
    world.answers.set("GET /api/devices", () => ({
      status: 401,
      body: { code: "not-signed-in", message: "Sign in first." },
    }));
    await expect(world.client.account.listDevices()).rejects.toThrow("Sign in");
    expect(await openVault(alice.id).list("identity")).toHaveLength(1);
  });

  test("of another device takes it out, and it is not in it any more", async () => {
    const { devices, first, second, waits } = await scene.linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    await known(second, ({ isLinked }) => isLinked);
    await first.client.account.signOutDevice(waits.id);
    expect(devices.chain).toHaveLength(3);
    expect(devices.rows.map(({ id }) => id)).toEqual([alice.deviceId]);
  });

  test("of another one that says it has this one's key leaves this one where it is", async () => {
    const { devices, first, waits } = await scene.linkedAndWaiting();
    const own = Buffer.from((await first.client.identity.signer()).publicKey).toString("base64url");
    Object.assign(devices.rows.find(({ id }) => id === waits.id) ?? {}, { identityKey: own });
    tell(first);
    const { devices: drawn } = await known(first, ({ waiting }) => waiting.length === 0);
    const twin = drawn.find(({ id }) => id === waits.id);
    expect(twin).toMatchObject({ isLinked: false, identityKey: null });
    first.answers.set(`DELETE /api/devices/${waits.id}`, () => ({ status: 204 }));
    await first.client.account.signOutDevice(waits.id);
    expect(devices.chain).toHaveLength(1);
    expect(await known(first)).toMatchObject({ isLinked: true });
  });

  test("of one that was not linked only signs it out", async () => {
    const { devices, first, waits } = await scene.linkedAndWaiting();
    first.answers.set(`DELETE /api/devices/${waits.id}`, () => ({ status: 204 }));
    await first.client.account.signOutDevice(waits.id);
    expect(devices.chain).toHaveLength(1);
  });
});

describe("a server that is not honest about the own chain", () => {
  test.each([
    ["hides the last line", (chain: Chain) => chain.slice(0, 1), "shorter"],
    ["shows none", () => [], "shorter"],
    ["changes two lines about", (chain: Chain) => chain.toReversed(), "broken"],
    ["takes the first line out", (chain: Chain) => chain.slice(1), "broken"],
  ] as const)("is caught where it %s, and nothing is begun", async (_, tamper, fault) => {
    const { devices, first, second, waits } = await scene.linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    await known(second, ({ isLinked }) => isLinked);
    const before = devices.chain;
    const shownTo = devices.shownTo.bind(devices);
    devices.shownTo = (id) => ({ ...shownTo(id), chain: tamper(before), mayBegin: false });
    tell(first);
    await until(first.client.ownDevices.snapshot, ({ state }) => state === "faulty");
    expect(first.client.ownDevices.snapshot.get()).toEqual({ state: "faulty", fault });
    expect(devices.chain).toEqual(before);
  });

  test("is given back what an older copy of its database lacks", async () => {
    const { devices, first, second, waits } = await scene.linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    await known(second, ({ isLinked }) => isLinked);
    const whole = devices.chain;
    devices.forget(waits.identityKey);
    devices.chain = whole.slice(0, 1);
    await first.client.ownDevices.refresh();
    expect(devices.chain).toEqual(whole);
    expect(await known(first)).toMatchObject({ isLinked: true, isLastLinked: false });
    await second.client.ownDevices.refresh();
    expect(await known(second)).toMatchObject({ isLinked: true });
  });

  test.each([
    ["of which the end is missing, and it was no device then", (chain: Chain) => chain.slice(0, 1)],
    ["that went on another way", (chain: Chain, other: Chain) => [...chain.slice(0, 1), ...other]],
    [
      "that nobody can read",
      (chain: Chain) => [...chain, { statement: "AAAA", signatures: ["AAAA"] }],
    ],
  ])("is left by beginning anew, from a chain %s", async (_, restore) => {
    const { devices, first, second, waits } = await scene.linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    await known(second, ({ isLinked }) => isLinked);
    const elsewhere = await scene.linkedAndWaiting();
    await elsewhere.first.client.ownDevices.link(elsewhere.waits);
    devices.forget(waits.identityKey);
    devices.chain = restore(devices.chain, elsewhere.devices.chain.slice(1));
    tell(second);
    await until(second.client.ownDevices.snapshot, isFaulty);
    const { publicKey } = await second.client.identity.signer();
    await second.client.waysIn.beginDevicesAnew({ type: "password", password: "correct horse" });
    expect(await known(second)).toMatchObject({ isLinked: true, wasBegunAnew: false });
    expect((await second.client.identity.signer()).publicKey).toEqual(publicKey);
    expect(devices).toMatchObject({ generation: 2, chain: [{}] });
    const sent = second.server.requests.findLast(({ path }) => path.endsWith("/anew"));
    expect(sent?.body).toMatchObject({ proof: { type: "password", password: "correct horse" } });
    tell(first);
    expect(await known(first, ({ wasBegunAnew }) => wasBegunAnew)).toMatchObject({
      isLinked: false,
      emoji: { length: 8 },
    });
  });

  test("is not held to a line that spoils it, where a new chain may begin", async () => {
    const devices = new TestOwnDevices();
    const world = await scene.open({ devices });
    const { publicKey } = await world.client.identity.signer();
    await known(world, ({ isLinked }) => isLinked);
    devices.chain.push({ statement: "AAAA", signatures: ["AAAA"] });
    devices.forget(Buffer.from(publicKey).toString("base64url"));
    await world.client.ownDevices.refresh();
    expect(await known(world)).toMatchObject({ isLinked: true, wasBegunAnew: true });
  });

  test("that begins it anew is told of, until the person knows", async () => {
    const devices = new TestOwnDevices();
    const openVault = memoryVaults();
    const world = await scene.open({ devices, openVault });
    await known(world, ({ isLinked }) => isLinked);
    const stranger = new TestOwnDevices();
    const elsewhere = await scene.open({ devices: stranger });
    await known(elsewhere, ({ isLinked }) => isLinked);
    devices.chain = stranger.chain;
    tell(world);
    expect(await known(world, ({ wasBegunAnew }) => wasBegunAnew)).toMatchObject({
      isLinked: false,
    });
    await world.client.ownDevices.accept("wasBegunAnew");
    expect(await known(world)).toMatchObject({ wasBegunAnew: false });
  });
});

test("an account that was made here is not believed to have another founder, after a reload either", async () => {
  const devices = new TestOwnDevices();
  devices.chain = [...(await makeDevice(alice.handle)).chain];
  devices.generation = 1;
  const profile = { devices, openVault: memoryVaults() };
  const world = await openWorld(profile);
  scene.worlds.push(world);
  world.answers.set("GET /api/me", () => ({
    status: 401,
    body: { code: "not-signed-in", message: "Sign in first." },
  }));
  await until(world.client.account.snapshot, ({ state }) => state === "signed-out");
  const recoveryCode = makeRecoveryCode(new Uint8Array(recoveryCodeRandomBytes));
  world.answers.set("POST /api/accounts", () => ({
    status: 200,
    body: { me: alice, recoveryCode },
  }));
  const signUp = { handle: alice.handle, displayName: "Alice", password: "long enough" };
  await world.client.account.signUp(signUp);
  const { snapshot } = world.client.ownDevices;
  expect(await until(snapshot, isFaulty)).toMatchObject({ fault: "broken" });
  world.client.close();
  const reloaded = await scene.open(profile);
  const again = await until(reloaded.client.ownDevices.snapshot, isFaulty);
  expect(again).toMatchObject({ fault: "broken" });
});

test("recovering the account begins anew where the key of before is still kept, and people stay known", async () => {
  const profile = { devices: new TestOwnDevices(), openVault: memoryVaults() };
  const before = await scene.open(profile);
  const { publicKey } = await before.client.identity.signer();
  const { chain, signer } = bobsDevice;
  await before.client.identity.remember(bob.handle, chain, signer.publicKey);
  before.client.close();
  profile.devices.recover();
  const after = await openWorld(profile);
  scene.worlds.push(after);
  after.answers.set("GET /api/me", () => ({
    status: 401,
    body: { code: "not-signed-in", message: "Sign in first." },
  }));
  await until(after.client.account.snapshot, ({ state }) => state === "signed-out");
  const code = makeRecoveryCode(new Uint8Array(recoveryCodeRandomBytes));
  after.answers.set("POST /api/login/recovery-code", () => ({
    status: 200,
    body: { me: alice, recoveryCode: code },
  }));
  const by = { handle: alice.handle, recoveryCode: code, newPassword: "another one" };
  await after.client.waysIn.recover(by);
  await known(after, ({ isLinked }) => isLinked);
  expect(profile.devices).toMatchObject({ generation: 2, chain: [{}] });
  expect((await after.client.identity.signer()).publicKey).not.toEqual(publicKey);
  await until(after.client.identity.people, ([met]) => met?.handle === bob.handle);
});

test("a browser that keeps nothing says so, and signs nothing", async () => {
  const memory = memoryVaults();
  const world = await scene.open({
    openVault: (account) => ({
      ...memory(account),
      get: () => Promise.reject(new DOMException("no", "InvalidStateError")),
    }),
  });
  await until(world.client.ownDevices.snapshot, ({ state }) => state === "unavailable");
  await expect(world.client.identity.signer()).rejects.toThrow("no");
});
