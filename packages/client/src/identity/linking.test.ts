import { afterEach, describe, expect, test } from "vitest";
import { DevicesOfAlice, known, showsOne, tell } from "../../test/devices-of-alice.ts";
import { memoryVaults } from "../headless/memory-vault.ts";
import { bobsDevice } from "../../test/other-end.ts";
import { bob } from "../../test/test-client.ts";
import { TestOwnDevices } from "../../test/test-own-devices.ts";

const scene = new DevicesOfAlice();
afterEach(() => scene[Symbol.asyncDispose]());

describe("linking", () => {
  test("shows the same eight emoji on both screens", async () => {
    const { asking, waits } = await scene.linkedAndWaiting();
    expect(asking.isLinked).toBe(false);
    expect(asking.emoji).toHaveLength(8);
    expect(waits.emoji).toEqual(asking.emoji);
  });

  test("takes one tap, after which both know it", async () => {
    const { devices, first, second, waits } = await scene.linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    expect(await known(second, ({ isLinked }) => isLinked)).toMatchObject({ emoji: null });
    expect(await known(first, ({ waiting }) => waiting.length === 0)).toMatchObject({
      isLastLinked: false,
      devices: [{ isLinked: true }, { isLinked: true }],
    });
    expect(devices.chain).toHaveLength(2);
  });

  test("asks the browser to keep what it has, as comparing does", async () => {
    const memory = memoryVaults();
    let asked = 0;
    const openVault: typeof memory = (account) => ({
      ...memory(account),
      keep: async () => void (asked += 1),
    });
    const { first, waits } = await scene.linkedAndWaiting(new TestOwnDevices(), openVault);
    expect(asked).toBe(0);
    await first.client.ownDevices.link(waits);
    expect(asked).toBe(1);
    const { chain, signer } = bobsDevice;
    await first.client.identity.markCompared(bob.handle, chain, signer.publicKey);
    expect(asked).toBe(2);
  });

  test("shows eight more on both screens afterwards, until both were looked at", async () => {
    const devices = new TestOwnDevices();
    const openVault = memoryVaults();
    const { first, second, waits } = await scene.linkedAndWaiting(devices, openVault);
    await first.client.ownDevices.link(waits);
    tell(second);
    const { linkedWith } = await known(second, ({ isLinked }) => isLinked);
    expect(linkedWith).toHaveLength(8);
    expect(linkedWith).not.toEqual(waits.emoji);
    const { identityKey, name } = waits;
    const drawn = { identityKey, name, emoji: linkedWith };
    expect((await known(first)).justLinked).toEqual(drawn);
    first.client.close();
    const reloaded = await scene.open({ devices, openVault });
    expect((await known(reloaded)).justLinked).toEqual(drawn);
    await reloaded.client.ownDevices.dismissLinked({ ...drawn, emoji: [] });
    expect(await known(reloaded)).toMatchObject({ justLinked: null });
    await second.client.ownDevices.accept("wasLinkedByAnother");
    expect(await known(second)).toMatchObject({ linkedWith: null });
  });

  test("shows others where the server linked the new device to a chain of its own making", async () => {
    const { devices, first, second, waits } = await scene.linkedAndWaiting();
    const row = devices.rows.find(({ id }) => id === waits.id);
    const honest = { ...row };
    const elsewhere = new TestOwnDevices();
    const server = await scene.open({ devices: elsewhere });
    await known(server, ({ isLinked }) => isLinked);
    const shownTo = devices.shownTo.bind(devices);
    devices.shownTo = (id) => {
      const { chain } = id === waits.id ? elsewhere : devices;
      return { ...shownTo(id), chain: [...chain] };
    };
    tell(second);
    await known(second, ({ wasBegunAnew }) => wasBegunAnew);
    elsewhere.add(waits.id);
    Object.assign(elsewhere.rows.at(-1) ?? {}, { ...row });
    tell(server);
    const { waiting } = await known(server, showsOne);
    await server.client.ownDevices.link(waiting[0] ?? waits);
    Object.assign(row ?? {}, honest);
    await first.client.ownDevices.refresh();
    await first.client.ownDevices.link(waits);
    tell(second);
    const { linkedWith } = await known(second, ({ isLinked }) => isLinked);
    expect(linkedWith).toHaveLength(8);
    expect((await known(first)).justLinked?.emoji).not.toEqual(linkedWith);
  });

  test("is told once on the device that was linked, until the person knows", async () => {
    const { first, second, waits } = await scene.linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(second);
    await known(second, ({ wasLinkedByAnother }) => wasLinkedByAnother);
    await second.client.ownDevices.accept("wasLinkedByAnother");
    expect(await known(second)).toMatchObject({ isLinked: true, wasLinkedByAnother: false });
  });

  test("leaves a key that no device has any more in sight, and takes it out", async () => {
    const { devices, first, waits } = await scene.linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    devices.rows.pop();
    await first.client.ownDevices.refresh();
    expect(await known(first)).toMatchObject({ signedInNowhere: [waits.identityKey] });
    await first.client.ownDevices.takeOut(waits.identityKey);
    expect(await known(first)).toMatchObject({ signedInNowhere: [] });
  });

  test("links nothing but the key whose emoji were compared", async () => {
    const { devices, first, waits } = await scene.linkedAndWaiting();
    const row = devices.rows.find(({ id }) => id === waits.id);
    Object.assign(row ?? {}, { identityKey: "A".repeat(43) });
    tell(first);
    await known(first, ({ waiting }) => waiting[0]?.identityKey !== waits.identityKey);
    await expect(first.client.ownDevices.link(waits)).rejects.toMatchObject({ code: "not-found" });
    expect(devices.chain).toHaveLength(1);
  });

  test("links nothing that did not sign for itself", async () => {
    const { devices, first, waits } = await scene.linkedAndWaiting();
    Object.assign(devices.rows.find(({ id }) => id === waits.id) ?? {}, { linkSignatures: [] });
    await first.client.ownDevices.refresh();
    await expect(first.client.ownDevices.link(waits)).rejects.toMatchObject({
      code: "chain-moved",
    });
    expect(devices.chain).toHaveLength(1);
  });

  test("goes on where the chain moved meanwhile, when the new device has signed again", async () => {
    const { devices, first, second, waits } = await scene.linkedAndWaiting();
    const third = await scene.open({ devices, deviceId: "4".repeat(26) });
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
    const { devices, first, second, waits } = await scene.linkedAndWaiting();
    await first.client.ownDevices.link(waits);
    tell(first, second);
    await known(second, ({ isLinked }) => isLinked);
    const third = await scene.open({ devices, deviceId: "4".repeat(26) });
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
