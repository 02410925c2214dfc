import { makeRecoveryCode, recoveryCodeRandomBytes } from "@ringfence/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { memoryVaults } from "../headless/memory-vault.ts";
import { bobsDevice, makeDevice } from "../../test/other-end.ts";
import {
  alice,
  bob,
  online,
  openWorld,
  type Profile,
  type TestWorld,
} from "../../test/test-client.ts";
import { TestOwnDevices } from "../../test/test-own-devices.ts";
import { until } from "../../test/until.ts";
import type { OwnDevicesSnapshot } from "./own-devices.ts";

type Known = Extract<OwnDevicesSnapshot, { state: "known" }>;

const worlds: TestWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world[Symbol.asyncDispose]();
});

/** A device of Alice's account, with a profile of its own. */
async function open(profile: Profile = {}): Promise<TestWorld> {
  const world = await openWorld(profile);
  worlds.push(world);
  await online(world);
  return world;
}

async function known(
  { client }: TestWorld,
  is: (snapshot: Known) => boolean = () => true,
): Promise<Known> {
  let found: Known | undefined;
  await until(client.ownDevices.snapshot, (snapshot) => {
    if (snapshot.state !== "known" || !is(snapshot)) return false;
    found = snapshot;
    return true;
  });
  if (found === undefined) throw new Error("it came to nothing");
  return found;
}

function isFaulty({ state }: OwnDevicesSnapshot): boolean {
  return state === "faulty";
}

/** The server has something new of the devices. */
function tell(...told: TestWorld[]): void {
  for (const { server } of told) server.connections.at(-1)?.deliver({ type: "devices-changed" });
}

function showsOne({ waiting }: Known): boolean {
  return waiting.length === 1;
}

/** A linked device and one that waits, of one account. */
async function linkedAndWaiting(devices = new TestOwnDevices()) {
  const first = await open({ devices });
  await known(first, ({ isLinked }) => isLinked);
  const second = await open({ devices, deviceId: "3".repeat(26) });
  const asking = await known(second);
  tell(first);
  const { waiting } = await known(first, showsOne);
  const [waits] = waiting;
  if (waits === undefined) throw new Error("nothing waits");
  return { devices, first, second, asking, waits };
}

describe("the first device of an account", () => {
  test("begins its chain, and signs only when the server has it", async () => {
    const devices = new TestOwnDevices();
    const world = await open({ devices });
    const { publicKey } = await world.client.identity.signer();
    expect(publicKey).toHaveLength(32);
    expect(devices.chain).toHaveLength(1);
    expect(await known(world)).toMatchObject({ isLinked: true, isLastLinked: true, waiting: [] });
  });

  test("has the same key after a reload, and asks the server once", async () => {
    const profile = { devices: new TestOwnDevices(), openVault: memoryVaults() };
    const before = await open(profile);
    const { publicKey } = await before.client.identity.signer();
    await known(before);
    before.client.close();
    const after = await open(profile);
    expect((await after.client.identity.signer()).publicKey).toEqual(publicKey);
    await known(after);
    const asked = after.server.requests.filter(({ path }) => path.startsWith("/api/devices"));
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /api/devices/chain",
    ]);
  });

  test("begins anew where its key is gone and nobody else is linked", async () => {
    const devices = new TestOwnDevices();
    await known(await open({ devices }), ({ isLinked }) => isLinked);
    const emptied = await open({ devices });
    expect(await known(emptied, ({ isLinked }) => isLinked)).toMatchObject({
      wasBegunAnew: false,
    });
    expect(devices).toMatchObject({ generation: 2, chain: [{}] });
  });

  test("does not begin where another device was quicker", async () => {
    const devices = new TestOwnDevices();
    let quicker: Promise<TestWorld> | null = null;
    devices.beforeAppend = async () => {
      if (quicker !== null) return;
      quicker = open({ devices, deviceId: "3".repeat(26) });
      await known(await quicker, ({ isLinked }) => isLinked);
    };
    expect(await known(await open({ devices }))).toMatchObject({ isLinked: false });
    expect(devices.chain).toHaveLength(1);
  });
});

describe("linking", () => {
  test("shows the same eight emoji on both screens", async () => {
    const { asking, waits } = await linkedAndWaiting();
    expect(asking.isLinked).toBe(false);
    expect(asking.emoji).toHaveLength(8);
    expect(waits.emoji).toEqual(asking.emoji);
  });

  test("takes one tap, after which both know it", async () => {
    const { devices, first, second, waits } = await linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    expect(await known(second, ({ isLinked }) => isLinked)).toMatchObject({ emoji: null });
    expect(await known(first, ({ waiting }) => waiting.length === 0)).toMatchObject({
      isLastLinked: false,
      devices: [{ isLinked: true }, { isLinked: true }],
    });
    expect(devices.chain).toHaveLength(2);
  });

  test("is told once on the device that was linked, until the person knows", async () => {
    const { first, second, waits } = await linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(second);
    await known(second, ({ wasLinkedByAnother }) => wasLinkedByAnother);
    await second.client.ownDevices.accept("wasLinkedByAnother");
    expect(await known(second)).toMatchObject({ isLinked: true, wasLinkedByAnother: false });
  });

  test("leaves a key that no device has any more in sight, and takes it out", async () => {
    const { devices, first, waits } = await linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    devices.rows.pop();
    await first.client.ownDevices.refresh();
    expect(await known(first)).toMatchObject({ signedInNowhere: [waits.identityKey] });
    await first.client.ownDevices.takeOut(waits.identityKey);
    expect(await known(first)).toMatchObject({ signedInNowhere: [] });
  });

  test("links nothing but the key whose emoji were compared", async () => {
    const { devices, first, waits } = await linkedAndWaiting();
    const row = devices.rows.find(({ id }) => id === waits.id);
    Object.assign(row ?? {}, { identityKey: "A".repeat(43) });
    tell(first);
    await known(first, ({ waiting }) => waiting[0]?.identityKey !== waits.identityKey);
    await expect(first.client.ownDevices.link(waits)).rejects.toMatchObject({ code: "not-found" });
    expect(devices.chain).toHaveLength(1);
  });

  test("links nothing that did not sign for itself", async () => {
    const { devices, first, waits } = await linkedAndWaiting();
    Object.assign(devices.rows.find(({ id }) => id === waits.id) ?? {}, { linkSignatures: [] });
    await first.client.ownDevices.refresh();
    await expect(first.client.ownDevices.link(waits)).rejects.toMatchObject({
      code: "chain-moved",
    });
    expect(devices.chain).toHaveLength(1);
  });

  test("goes on where the chain moved meanwhile, when the new device has signed again", async () => {
    const { devices, first, second, waits } = await linkedAndWaiting();
    const third = await open({ devices, deviceId: "4".repeat(26) });
    await known(third);
    tell(first);
    const { waiting } = await known(first, (snapshot) => snapshot.waiting.length === 2);
    const other = waiting.find(({ id }) => id !== waits.id);
    if (other === undefined) throw new Error("nothing else waits");
    await first.client.ownDevices.link(other);
    tell(second);
    await second.server.heard(
      () => second.server.requests.filter(({ method }) => method === "PUT").length === 2,
    );
    await first.client.ownDevices.link(waits);
    expect(devices.chain).toHaveLength(3);
  });

  test("is once only, where two devices link a third at once", async () => {
    const { devices, first, second, waits } = await linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    await known(second, ({ isLinked }) => isLinked);
    const third = await open({ devices, deviceId: "4".repeat(26) });
    await known(third);
    tell(first, second);
    const [one, two] = [await known(first, showsOne), await known(second, showsOne)];
    const both = await Promise.allSettled([
      first.client.ownDevices.link(one.waiting[0] ?? waits),
      second.client.ownDevices.link(two.waiting[0] ?? waits),
    ]);
    expect(both.map(({ status }) => status)).toContain("fulfilled");
    expect(devices.chain).toHaveLength(3);
  });
});

describe("leaving", () => {
  test("takes this device out of the chain, and everything of it out of the profile", async () => {
    const devices = new TestOwnDevices();
    const openVault = memoryVaults();
    const world = await open({ devices, openVault });
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
    const world = await open({ openVault });
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
    const world = await open({ openVault });
    await known(world);
    world.answers.set("GET /api/devices", () => ({
      status: 401,
      body: { code: "not-signed-in", message: "Sign in first." },
    }));
    await expect(world.client.account.listDevices()).rejects.toThrow("Sign in");
    expect(await openVault(alice.id).list("identity")).toHaveLength(1);
  });

  test("of another device takes it out, and it is not in it any more", async () => {
    const { devices, first, second, waits } = await linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    await known(second, ({ isLinked }) => isLinked);
    await first.client.account.signOutDevice(waits.id);
    expect(devices.chain).toHaveLength(3);
    expect(devices.rows.map(({ id }) => id)).toEqual([alice.deviceId]);
  });

  test("of one that was not linked only signs it out", async () => {
    const { devices, first, waits } = await linkedAndWaiting();
    first.answers.set(`DELETE /api/devices/${waits.id}`, () => ({ status: 204 }));
    await first.client.account.signOutDevice(waits.id);
    expect(devices.chain).toHaveLength(1);
  });
});

describe("a server that is not honest about the own chain", () => {
  test.each([
    ["hides the last line", (chain: TestOwnDevices["chain"]) => chain.slice(0, 1), "shorter"],
    ["shows none", () => [], "shorter"],
    ["changes two lines about", (chain: TestOwnDevices["chain"]) => chain.toReversed(), "broken"],
    ["takes the first line out", (chain: TestOwnDevices["chain"]) => chain.slice(1), "broken"],
  ] as const)("is caught where it %s, and nothing is begun", async (_, tamper, fault) => {
    const { devices, first, second, waits } = await linkedAndWaiting();
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
    const { devices, first, second, waits } = await linkedAndWaiting();
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

  test("is not held to a line that spoils it, where a new chain may begin", async () => {
    const devices = new TestOwnDevices();
    const world = await open({ devices });
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
    const world = await open({ devices, openVault });
    await known(world, ({ isLinked }) => isLinked);
    const stranger = new TestOwnDevices();
    const elsewhere = await open({ devices: stranger });
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
  worlds.push(world);
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
  const reloaded = await open(profile);
  const again = await until(reloaded.client.ownDevices.snapshot, isFaulty);
  expect(again).toMatchObject({ fault: "broken" });
});

test("recovering the account begins anew where the key of before is still kept, and people stay known", async () => {
  const profile = { devices: new TestOwnDevices(), openVault: memoryVaults() };
  const before = await open(profile);
  const { publicKey } = await before.client.identity.signer();
  const { chain, signer } = bobsDevice;
  await before.client.identity.remember(bob.handle, chain, signer.publicKey);
  before.client.close();
  profile.devices.recover();
  const after = await openWorld(profile);
  worlds.push(after);
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
  const world = await open({
    openVault: (account) => ({
      ...memory(account),
      get: () => Promise.reject(new DOMException("no", "InvalidStateError")),
    }),
  });
  await until(world.client.ownDevices.snapshot, ({ state }) => state === "unavailable");
  await expect(world.client.identity.signer()).rejects.toThrow("no");
});
