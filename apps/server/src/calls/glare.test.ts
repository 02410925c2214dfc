import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallId, DownMessage, UpMessage } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask } from "../asking/asks.ts";
import { block } from "../people/blocks.ts";
import { sayNever } from "../people/nevers.ts";
import type { ConnectedDevice } from "../signalling/connection.ts";
import type { Write } from "../store/store.ts";
import { isOnPostgres } from "../store/test-store.ts";
import {
  type World,
  alice,
  aliceLaptop,
  befriend,
  bob,
  bobLaptop,
  carol,
  signed,
  invite,
  offer,
  openWorld,
  seed,
} from "./calls-test-world.ts";

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-glare-"));
  world = await openWorld(directory);
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function ring(from: ConnectedDevice = alice, to = "bob"): Promise<CallId> {
  const answer = await world.calls.handle(from, invite(to));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}

const ofCalls = new Set<string>([
  "ring",
  "prepare",
  "glare",
  "accepted",
  "call-changed",
  "call-ended",
]);

function told(device: ConnectedDevice): string[] {
  return world
    .told(device)
    .filter(({ type }) => ofCalls.has(type))
    .map((message) => ("reason" in message ? message.reason : message.type));
}

function latest(device: ConnectedDevice, type: DownMessage["type"]) {
  return world.told(device).findLast((message) => message.type === type);
}

const changeOfBob = (change: (write: Write) => Promise<unknown>) =>
  world.store.write(async (write) => {
    await change(write);
    await world.calls.hooks.pairChanged(write, alice.account, bob.account);
  });

describe("two who ring each other at once", () => {
  test("have one call: the older one, which the other's invite has taken", async () => {
    const callId = await ring();
    await world.calls.handle(alice, offer(callId));
    const crossing = invite("alice");
    expect(await world.calls.handle(bobLaptop, crossing)).toBeNull();
    expect(told(bobLaptop)).toEqual(["ring", "prepare", "glare", "accepted"]);
    const { requestId } = crossing as Extract<UpMessage, { type: "invite" }>;
    const call = { callId, role: "callee", state: "connecting", isThisDevice: true };
    expect(latest(bobLaptop, "glare")).toMatchObject({ requestId, call });
    const relay = { username: expect.stringContaining(`:${callId}:b:${bobLaptop.device}`) };
    expect(latest(bobLaptop, "accepted")).toMatchObject({ call, relay, offer: signed });
    expect(told(bob)).toEqual(["ring", "prepare", "answered-elsewhere"]);
    expect(told(alice)).toEqual(["accepted"]);
    expect(told(aliceLaptop)).toEqual(["accepted"]);
    expect(world.orders).toEqual(["live", `join ${alice.device} ${bobLaptop.device}`]);
    expect(await world.views(alice)).toHaveLength(1);
  });

  test("are told so also before the older call has its offer, which then follows", async () => {
    const callId = await ring();
    await world.calls.handle(bob, invite("alice"));
    expect(latest(bob, "accepted")).toMatchObject({ offer: null });
    await world.calls.handle(alice, offer(callId));
    expect(latest(bob, "offer")).toMatchObject({ callId, round: 0, signed });
  });

  test("in one turn of the server have one call, whichever came first", async () => {
    for (const invites of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const answers = await Promise.all(
        invites.map((device) =>
          world.calls.handle(device, invite(device === alice ? "bob" : "alice")),
        ),
      );
      const types = answers.map((answer) => answer?.type);
      const place = types.indexOf("ringing");
      // A file takes them as they come; on several connections either may be first.
      expect(isOnPostgres ? [0, 1] : [0]).toContain(place);
      expect(types[1 - place]).toBeUndefined();
      const first = invites[place] ?? alice;
      const [call] = await world.views(first);
      expect(call).toMatchObject({ state: "connecting", role: "caller", isThisDevice: true });
      await world.calls.handle(first, { type: "hang-up", callId: call?.callId as CallId });
      world.clock.now += 60_000;
    }
  });

  test("keep the kind that the older call has; what the other one opens is their own choice", async () => {
    const callId = await ring();
    const video = { ...invite("alice"), kind: "video" } as Extract<UpMessage, { type: "invite" }>;
    await world.calls.handle(bob, video);
    expect(await world.views(bob)).toMatchObject([{ callId, kind: "audio" }]);
  });

  test("connect also where the one silenced the ring of the other", async () => {
    const callId = await ring();
    await world.calls.handle(bobLaptop, { type: "silence", callId });
    expect(await world.calls.handle(bob, invite("alice"))).toBeNull();
    expect(await world.views(bob)).toMatchObject([{ callId, state: "connecting" }]);
  });
});

describe("an invite that crosses the end of a ring", () => {
  test("by its caller rings anew", async () => {
    const callId = await ring();
    await world.calls.handle(alice, { type: "cancel", callId });
    expect(await world.calls.handle(bob, invite("alice"))).toMatchObject({ type: "ringing" });
  });

  test("by a decline rings anew", async () => {
    const callId = await ring();
    await world.calls.handle(bobLaptop, { type: "decline", callId });
    expect(await world.calls.handle(bob, invite("alice"))).toMatchObject({ type: "ringing" });
  });

  test("by an accept on another device is a call of this device beside that one", async () => {
    const callId = await ring();
    await world.calls.handle(bobLaptop, { type: "accept", callId, ends: null, answer: null });
    const answer = await world.calls.handle(bob, invite("alice"));
    expect(answer).toMatchObject({ type: "ringing" });
    expect(await world.views(bobLaptop)).toHaveLength(2);
  });

  test("by *never* rings anew, and does not take what its person does not want to hear", async () => {
    const callId = await ring();
    await changeOfBob((write) => sayNever(write, bob.account, alice.account));
    // Calls of one millisecond stand in any order.
    world.clock.now += 1;
    const answer = await world.calls.handle(bob, invite("alice"));
    expect(answer).toMatchObject({ type: "ringing" });
    expect(await world.views(alice)).toMatchObject([
      { callId, role: "caller", state: "ringing" },
      { role: "callee", state: "ringing" },
    ]);
  });

  test.each([
    ["its caller", alice, bob],
    ["its callee", bob, alice],
  ])("by a block of %s is unavailable like any other", async (_, blocker, blocked) => {
    await ring();
    await changeOfBob((write) => block(write, blocker.account, blocked.account));
    expect(await world.calls.handle(bob, invite("alice"))).toMatchObject({ type: "unavailable" });
  });
});

describe("an invite that may not ring", () => {
  test("takes no ring, and is answered like every other", async () => {
    const callId = await ring();
    // Alice goes on ringing; that she may be rung back is what she takes back.
    await world.store.write(async ({ db }) => {
      await db
        .updateTable("account")
        .set({ calling: "off", call_back: 0 })
        .where("id", "=", alice.account)
        .execute();
    });
    expect(await world.calls.handle(bob, invite("alice"))).toMatchObject({ type: "unavailable" });
    expect(await world.views(bob)).toMatchObject([{ callId, state: "ringing" }]);
  });

  test("but is a ring back takes the ring: whoever rings may be rung back", async () => {
    const callId = await ring();
    await world.store.write(async ({ db }) => {
      await db
        .updateTable("account")
        .set({ calling: "off" })
        .where("id", "=", alice.account)
        .execute();
    });
    expect(await world.calls.handle(bob, invite("alice"))).toBeNull();
    expect(await world.views(bob)).toMatchObject([{ callId, state: "connecting" }]);
  });
});

describe("an invite of somebody who rings, from a device that is in another call", () => {
  test("takes nothing", async () => {
    await befriend(world.store, bob.account, carol.account);
    await ring(bob, "carol");
    const callId = await ring();
    expect(await world.calls.handle(bob, invite("alice"))).toMatchObject({
      code: "already-in-call",
    });
    expect(await world.views(alice)).toMatchObject([{ callId, state: "ringing" }]);
  });
});

describe("an ask whose answer is a ring", () => {
  test("connects the two when the one who asked rings at the same moment", async () => {
    await world.store.write(async (write) => {
      await write.db
        .updateTable("account")
        .set({ audience_mutuals: 0 })
        .where("id", "=", alice.account)
        .execute();
      expect(await ask(write, bob.account, alice.account, "")).toBe("asked");
    });
    // *Call now* on the card.
    const callId = await ring();
    expect(await world.calls.handle(bob, invite("alice"))).toBeNull();
    expect(await world.views(bob)).toMatchObject([{ callId, state: "connecting" }]);
  });
});
