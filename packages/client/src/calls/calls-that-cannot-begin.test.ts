import { afterEach, describe, expect, test } from "vitest";
import { memoryVaults } from "../headless/memory-vault.ts";
import { bobsDevice, makeDevice } from "../../test/other-end.ts";
import { accepted, callId, CallScene, changed } from "../../test/test-calls.ts";
import { bob, type Profile } from "../../test/test-client.ts";
import { until } from "../../test/until.ts";

let scene: CallScene;

afterEach(() => scene[Symbol.asyncDispose]());

async function open(profile: Profile = {}): Promise<void> {
  scene = await CallScene.open(profile);
}

async function openWithoutKeys(): Promise<void> {
  const memory = memoryVaults();
  await open({
    openVault: (account) => ({
      ...memory(account),
      get: () => Promise.reject(new DOMException("no", "InvalidStateError")),
    }),
  });
  const { snapshot } = scene.world.client.ownDevices;
  await until(snapshot, ({ state }) => state === "unavailable");
}

async function accept(): Promise<void> {
  await scene.ringIn();
  scene.calls.accept(callId, { camera: false });
  await scene.hears("accept");
  scene.connection.deliver(accepted());
}

function fail(): void {
  scene.connection.deliver({ type: "call-ended", callId, reason: "failed" });
}

describe("a browser that keeps no keys", () => {
  test("rings nobody, and says why", async () => {
    await openWithoutKeys();
    await scene.ring();
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("no-keys");
    await scene.ringIn();
    await scene.hears("ring-acknowledge");
    expect(scene.said("invite")).toEqual([]);
  });

  test("takes no ring that another device can answer", async () => {
    await openWithoutKeys();
    await scene.ringIn();
    scene.calls.accept(callId, { camera: false });
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("no-keys");
    await scene.incoming(1);
    scene.calls.silence(callId);
    await scene.hears("silence");
    expect([...scene.said("accept"), ...scene.said("decline")]).toEqual([]);
  });
});

describe("a call that fails after its accept", () => {
  test("was not decided on, where the question stands", async () => {
    await open();
    const { chain, signer } = await makeDevice("bob");
    await scene.world.client.identity.remember(bob.handle, chain, signer.publicKey);
    await accept();
    await scene.current(({ trust }) => trust.question !== null);
    await scene.hears("trust-pending");
    expect(scene.said("microphone-pending")).toEqual([]);
    fail();
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("undecided");
  });

  test("was not decided on at the other side, where the server said that its person is asked", async () => {
    await open();
    const { chain, signer } = bobsDevice;
    await scene.world.client.identity.remember(bob.handle, chain, signer.publicKey);
    await accept();
    scene.connection.deliver(changed("connecting", { isOtherAsked: true }));
    await scene.current(({ isOtherAsked }) => isOtherAsked);
    fail();
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("other-undecided");
  });

  test("has failed, where nothing was asked", async () => {
    await open();
    const { chain, signer } = bobsDevice;
    await scene.world.client.identity.remember(bob.handle, chain, signer.publicKey);
    await accept();
    await scene.hears("answer");
    fail();
    await scene.phase("ended");
    expect(scene.snapshot.current?.endReason).toBe("failed");
  });
});
