import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryVaults } from "../headless/memory-vault.ts";
import { described, type OtherEnd } from "../../test/other-end.ts";
import {
  answered,
  callId,
  changed,
  CallScene,
  offered,
  otherId,
  place,
  theirOffer,
  view,
} from "../../test/test-calls.ts";
import { bob, type Profile } from "../../test/test-client.ts";
import { TestOwnDevices } from "../../test/test-own-devices.ts";

const connected = view({ state: "connected", isThisDevice: true, reason: null, connectedForMs: 9 });
const before = place({ round: 3, isNewConnection: false, offer: theirOffer });

let profile: Profile;
let scene: CallScene;

beforeEach(async () => {
  profile = { openVault: memoryVaults(), devices: new TestOwnDevices() };
  scene = await CallScene.open(profile);
});

afterEach(() => scene[Symbol.asyncDispose]());

/** The page before began the call with Bob, whom it returns. */
async function begin(role: "caller" | "callee"): Promise<OtherEnd> {
  await using page = await CallScene.open(profile);
  if (role === "callee") await page.acceptIn();
  else {
    await page.ringOut();
    page.connection.deliver(answered(await page.other.answer(described("their answer"))));
    await vi.waitUntil(() => page.world.media.peer.taken.length === 1);
  }
  page.world.page.happen("leaving");
  return page.other;
}

/** The page comes back to a call that the page before had. */
async function comeBack(call = connected): Promise<void> {
  scene.connection.calls = [call];
  scene.connection.own = before;
  scene.connection.welcome();
  await scene.drawn(({ returnable }) => returnable !== null);
}

describe("a page that comes back to a call", () => {
  test("says so and asks its person, and opens nothing", async () => {
    await comeBack();
    await scene.hears("page-returned");
    expect(scene.snapshot.returnable).toEqual({
      callId,
      kind: "audio",
      route: "relayed",
      with: bob,
    });
    expect(scene.world.media).toMatchObject({ peers: [], devices: [] });
    expect(scene.said("hang-up")).toEqual([]);
  });

  test("says it once, however often it is welcomed", async () => {
    await comeBack({ ...connected, state: "reconnecting" });
    scene.connection.welcome();
    scene.connection.deliver({ type: "ring", call: view({ callId: otherId }) });
    await scene.incoming(1);
    scene.calls.hangUp();
    await scene.hears("hang-up");
    expect(scene.said("page-returned")).toHaveLength(1);
  });

  test("goes on as the callee by asking for a new connection, which it answers", async () => {
    const other = await begin("callee");
    await comeBack();
    scene.calls.returnToCall({ camera: false });
    await scene.hears("restart");
    expect(scene.said("restart")).toEqual([
      { type: "restart", callId, round: 3, isNewConnection: true },
    ]);
    expect(scene.world.media.device.opened).toEqual({ camera: false });
    scene.connection.deliver(offered(await other.offer(described("offer 4", "CC"), 4, true), 4));
    await scene.hears("answer");
    expect(scene.said("answer")).toMatchObject([{ callId, round: 4 }]);
    await other.hear(scene.latestSigned("answer"));
    scene.world.media.peer.hear();
    await scene.hears("media-connected");
    scene.connection.deliver(changed("connected"));
    await scene.phase("connected");
    expect(scene.snapshot.returnable).toBeNull();
  });

  test("goes on as the caller by offering a new connection in the next round", async () => {
    const other = await begin("caller");
    await comeBack({ ...connected, role: "caller" });
    scene.calls.returnToCall({ camera: true });
    await scene.hears("offer");
    await other.hear(scene.latestSigned("offer"));
    expect(scene.said("offer")).toMatchObject([{ round: 4, isNewConnection: true }]);
    expect(scene.world.media.peer.relay).toEqual(before.relay);
    expect(scene.world.media.device.opened).toEqual({ camera: true });
  });

  test("knows the round to which the other side went on meanwhile", async () => {
    const other = await begin("callee");
    await comeBack();
    scene.connection.deliver(offered(await other.offer(described("offer 4"), 4, true), 4));
    scene.connection.deliver(changed("reconnecting"));
    scene.connection.deliver({ type: "ring", call: view({ callId: otherId }) });
    await scene.incoming(1);
    scene.calls.returnToCall({ camera: false });
    await scene.hears("restart");
    expect(scene.said("restart")).toMatchObject([{ round: 4 }]);
  });

  test("ends a call of which nobody knows any more with whom it began", async () => {
    await comeBack();
    scene.calls.returnToCall({ camera: false });
    await scene.hears("hang-up");
    expect(scene.snapshot.current).toMatchObject({ phase: "ended", endReason: "failed" });
    expect(scene.world.media.devices).toEqual([]);
  });

  test("hangs up where its person wants that", async () => {
    await comeBack();
    scene.calls.hangUp();
    await scene.hears("hang-up");
    expect(scene.snapshot).toMatchObject({ returnable: null, current: null });
  });

  test("has nothing to ask when the call ended meanwhile", async () => {
    await comeBack();
    scene.connection.deliver({ type: "call-ended", callId, reason: "hung-up" });
    await scene.drawn(({ returnable }) => returnable === null);
    scene.calls.returnToCall({ camera: false });
    expect(scene.world.media.devices).toEqual([]);
  });

  test("has nothing to ask once another tab went on with it", async () => {
    await comeBack();
    scene.connection.deliver(changed("connected"));
    await scene.drawn(({ current }) => current?.isInThisTab === false);
    expect(scene.snapshot.returnable).toBeNull();
  });

  test.each(["ringing", "connecting"] as const)("hangs up what was only %s", async (state) => {
    scene.connection.calls = [{ ...connected, role: "caller", state }];
    scene.connection.own = before;
    scene.connection.welcome();
    await scene.hears(state === "ringing" ? "cancel" : "hang-up");
    expect(scene.snapshot.returnable).toBeNull();
  });

  test("asks also where the browser had only put it away", async () => {
    await scene.acceptIn();
    scene.world.page.happen("leaving");
    expect(scene.world.beacons).toEqual([`/api/calls/${callId}/bye`]);
    expect(scene.world.media.device.isClosed).toBe(true);
    await comeBack({ ...connected, state: "reconnecting" });
    await scene.hears("page-returned");
  });
});
