import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallId, type DownMessage, type IceCandidate, limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rates } from "../limits.ts";
import { sayNever } from "../people/nevers.ts";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import {
  type World,
  alice,
  aliceLaptop,
  befriend,
  bob,
  bobLaptop,
  carol,
  description,
  signed,
  invite,
  login,
  newId,
  offer,
  openWorld,
  seed,
} from "./calls-test-world.ts";

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-calls-"));
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

const say = (from: ConnectedDevice, message: CallMessage) => world.calls.handle(from, message);

async function connect(): Promise<CallId> {
  const callId = await ring();
  await say(alice, offer(callId));
  await say(bob, { type: "accept", callId, ends: null, answer: null });
  await say(bob, { type: "answer", callId, round: 0, signed });
  await say(alice, { type: "media-connected", callId });
  await say(bob, { type: "media-connected", callId });
  return callId;
}

const hostCandidate: IceCandidate = {
  candidate: "candidate:1 1 udp 1 192.168.1.7 5000 typ host",
  sdpMid: "0",
  sdpMLineIndex: 0,
};

const types = (messages: DownMessage[]) =>
  messages.map((message) =>
    message.type === "call-ended" ? `call-ended ${message.reason}` : message.type,
  );
/** What a call changes beside itself: the thread, the list, and who may ring. */
const besideCalls = new Set<string>([
  "entry-added",
  "conversation-changed",
  "person-changed",
  "grants-changed",
]);
const ofCalls = (device: ConnectedDevice) =>
  types(world.told(device).filter(({ type }) => !besideCalls.has(type)));

describe("an invite", () => {
  test("that is permitted rings every device of the callee, with the reason, and no other", async () => {
    await ring();
    for (const device of [bob, bobLaptop]) {
      expect(world.told(device)).toMatchObject([
        {
          type: "ring",
          call: { role: "callee", state: "ringing", reason: "mutuals", with: { handle: "alice" } },
        },
      ]);
    }
    expect(world.told(carol)).toEqual([]);
  });

  test("is answered only once the relay knows the call, with a credential of the caller's side", async () => {
    const answer = await world.calls.handle(alice, invite("bob"));
    expect(world.orders).toEqual(["live"]);
    expect(answer).toMatchObject({
      type: "ringing",
      call: { role: "caller", isThisDevice: true },
      relay: { urls: ["turn:127.0.0.1:8480?transport=udp", "turn:127.0.0.1:8480?transport=tcp"] },
    });
    if (answer?.type !== "ringing") throw new Error("not ringing");
    expect(answer.relay.username).toMatch(new RegExp(`:${answer.call.callId}:a:${alice.device}$`));
  });

  test.each([
    ["somebody without an audience", carol, "alice"],
    ["a handle that nobody has", alice, "nobody"],
    ["oneself", alice, "alice"],
  ])("to %s is unavailable, and nothing else is said or kept", async (_, from, to) => {
    const message = invite(to);
    const answer = await world.calls.handle(from, message);
    expect(answer).toEqual({
      type: "unavailable",
      requestId: (message as { requestId: string }).requestId,
    });
    expect(await world.store.db.selectFrom("call").selectAll().execute()).toEqual([]);
    expect(world.orders).toEqual([]);
  });

  test("is refused at once, and rings nobody, while no relay could carry the call", async () => {
    world.relays.live = [];
    expect(await world.calls.handle(alice, invite("bob"))).toMatchObject({ code: "unavailable" });
    expect(world.told(bob)).toEqual([]);
  });

  test("that comes too often is refused, whether or not it would ring", async () => {
    for (const [from, to] of [
      [alice, "bob"],
      [carol, "alice"],
    ] as const) {
      const codes: (string | undefined)[] = [];
      for (let count = 0; count <= rates.invitesPerPair.burst; count++) {
        const answer = await world.calls.handle(from, invite(to));
        if (answer?.type === "ringing") {
          await say(from, { type: "cancel", callId: answer.call.callId });
        }
        codes.push(answer?.type === "refused" ? answer.code : answer?.type);
      }
      expect(codes.lastIndexOf("too-many-requests")).toBe(rates.invitesPerPair.burst);
      expect(codes.indexOf("too-many-requests")).toBe(rates.invitesPerPair.burst);
    }
  });

  test("of a device that is in a call is refused", async () => {
    await ring();
    expect(await world.calls.handle(alice, invite("bob"))).toMatchObject({
      type: "refused",
      code: "already-in-call",
    });
  });
});

describe("a second invite while the first one rings", () => {
  test("is refused on another device too, until the first is over", async () => {
    const callId = await ring();
    expect(await world.calls.handle(aliceLaptop, invite("bob"))).toMatchObject({
      type: "refused",
      code: "already-in-call",
    });
    await say(alice, { type: "cancel", callId });
    expect(await world.calls.handle(aliceLaptop, invite("bob"))).toMatchObject({ type: "ringing" });
  });

  test("is refused alike where the callee stopped the first one", async () => {
    await ring();
    await world.store.write(async (write) => {
      await sayNever(write, bob.account, alice.account);
      await world.calls.hooks.pairChanged(write, bob.account, alice.account);
    });
    expect(ofCalls(bob)).toEqual(["ring", "call-ended revoked"]);
    expect(await world.calls.handle(aliceLaptop, invite("bob"))).toMatchObject({
      type: "refused",
      code: "already-in-call",
    });
  });
});

describe("an accept", () => {
  test("wins once: of a hundred at the same time one device is in the call, the others are told", async () => {
    const callId = await ring();
    const devices = Array.from({ length: 100 }, () => ({ ...login(bob.account) }));
    const answers = await Promise.all(
      devices.map((device) => say(device, { type: "accept", callId, ends: null, answer: null })),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    const refused = answers.filter((answer) => answer !== null);
    expect(refused.every((answer) => "code" in answer && answer.code === "wrong-state")).toBe(true);
    expect(world.orders.filter((order) => order.startsWith("join"))).toHaveLength(1);
    expect(ofCalls(bob)).toEqual(["ring", "call-ended answered-elsewhere"]);
  });

  test("gives the offer and a credential to the winner alone", async () => {
    const callId = await ring();
    await say(alice, offer(callId));
    expect(ofCalls(bob)).toEqual(["ring", "prepare"]);
    await say(bob, { type: "accept", callId, ends: null, answer: null });
    expect(world.told(bob).at(-1)).toMatchObject({
      type: "accepted",
      offer: signed,
      relay: { username: expect.stringContaining(`:b:${bob.device}`) },
    });
    expect(ofCalls(bobLaptop)).toEqual(["ring", "prepare", "call-ended answered-elsewhere"]);
    expect(world.told(alice).at(-1)).toMatchObject({ type: "accepted", relay: null, offer: null });
    expect(world.orders).toEqual(["live", `join ${alice.device} ${bob.device}`]);
  });
});

describe("a device that is in a call", () => {
  test("hears that its accept was late, and not that it is in another call, when it says it twice", async () => {
    const callId = await ring();
    expect(await say(bob, { type: "accept", callId, ends: null, answer: null })).toBeNull();
    expect(await say(bob, { type: "accept", callId, ends: null, answer: null })).toMatchObject({
      code: "wrong-state",
    });
  });

  test("cannot take another before it has ended its own", async () => {
    await befriend(world.store, carol.account, alice.account);
    const own = await ring(alice);
    const other = await ring(carol, "alice");
    expect(
      await say(alice, { type: "accept", callId: other, ends: null, answer: null }),
    ).toMatchObject({
      code: "already-in-call",
    });
    await say(alice, { type: "cancel", callId: own });
    expect(
      await say(alice, { type: "accept", callId: other, ends: null, answer: null }),
    ).toBeNull();
  });
});

describe("a description", () => {
  test("that shows a host's address never reaches the other side", async () => {
    const callId = await ring();
    await say(bob, { type: "accept", callId, ends: null, answer: null });
    const leaking = `${description}a=candidate:1 1 udp 1 192.168.1.7 5000 typ host\r\n`;
    expect(await say(alice, offer(callId, leaking))).toMatchObject({
      code: "description-refused",
    });
    await say(alice, offer(callId));
    expect(
      await say(alice, { type: "candidate", callId, round: 0, candidate: hostCandidate }),
    ).toMatchObject({
      code: "description-refused",
    });
    expect(ofCalls(bob)).toEqual(["ring", "accepted", "offer"]);
  });

  test("that goes with an accept shows none either, and the call still rings", async () => {
    const callId = await ring();
    await say(alice, offer(callId));
    const leaking = `${description}a=candidate:1 1 udp 1 192.168.1.7 5000 typ host\r\n`;
    const answer = { ...signed, description: leaking };
    const code = "description-refused";
    const refused = await say(bob, { type: "accept", callId, ends: null, answer });
    expect(refused).toMatchObject({ callId, code });
    await say(bob, { type: "accept", callId, ends: null, answer: signed });
    expect(ofCalls(alice)).toEqual(["accepted", "answer"]);
  });
});

describe("the end of a call", () => {
  test("is a record for each of the two, with the same length", async () => {
    const callId = await connect();
    world.clock.now += 61_000;
    await say(bob, { type: "hang-up", callId });
    const records = await world.store.db
      .selectFrom("call_record")
      .select(["account_id", "outcome", "duration_ms", "is_caller"])
      .orderBy("is_caller", "desc")
      .execute();
    expect(records).toEqual([
      { account_id: alice.account, outcome: "answered", duration_ms: 61_000, is_caller: 1 },
      { account_id: bob.account, outcome: "answered", duration_ms: 61_000, is_caller: 0 },
    ]);
    expect(world.orders.at(-1)).toBe("end");
    expect(ofCalls(alice).at(-1)).toBe("call-ended hung-up");
  });

  test("is no-answer and missed after 45 s, also when the server was away meanwhile", async () => {
    await ring();
    await world[Symbol.asyncDispose]();
    world = await openWorld(directory, { now: world.clock.now + limits.ringTimeoutMs });
    expect(ofCalls(alice)).toEqual(["call-ended no-answer"]);
    expect(ofCalls(bob)).toEqual(["call-ended missed"]);
    expect(await world.views(bob)).toEqual([]);
  });

  test("is not brought by a restart: a call that rings or is connected goes on", async () => {
    const callId = await connect();
    await world[Symbol.asyncDispose]();
    world = await openWorld(directory, { now: world.clock.now + 3_600_000 });
    expect(await world.views(alice)).toMatchObject([
      { callId, state: "connected", connectedForMs: 3_600_000, isThisDevice: true },
    ]);
    expect(await world.views(aliceLaptop)).toMatchObject([{ callId, isThisDevice: false }]);
  });
});

async function switchBobsCallsOff(): Promise<void> {
  await world.store.write(async (write) => {
    await write.db
      .updateTable("account")
      .set({ calling: "off" })
      .where("id", "=", bob.account)
      .execute();
    await world.calls.hooks.settingsChanged(write, bob.account);
  });
}

describe("a change of rules during a ring", () => {
  test("silences the callee's devices at once and tells the caller nothing until 45 s", async () => {
    const callId = await ring();
    await switchBobsCallsOff();
    expect(ofCalls(bob)).toEqual(["ring", "call-ended revoked"]);
    expect(ofCalls(alice)).toEqual([]);
    expect(await say(bob, { type: "accept", callId, ends: null, answer: null })).toMatchObject({
      code: "wrong-state",
    });
    expect(await world.views(alice)).toMatchObject([{ callId, state: "ringing" }]);
  });

  test("that still allows it changes nothing", async () => {
    await ring();
    await world.store.write((write) => world.calls.hooks.settingsChanged(write, bob.account));
    expect(ofCalls(bob)).toEqual(["ring"]);
  });

  test("does not end a call that was taken, but a block does", async () => {
    await connect();
    await switchBobsCallsOff();
    expect(await world.views(alice)).toHaveLength(1);
    await world.store.write(async (write) => {
      await write.db
        .insertInto("block")
        .values({ blocker_id: bob.account, blocked_id: alice.account, created_at: write.now })
        .execute();
      await world.calls.hooks.pairChanged(write, bob.account, alice.account);
    });
    expect(await world.views(alice)).toEqual([]);
    expect(ofCalls(alice).at(-1)).toBe("call-ended hung-up");
  });
});

describe("signing a device out", () => {
  test("ends the call that it is in and no ring that it only heard", async () => {
    const callId = await ring();
    const signOut = (device: ConnectedDevice) =>
      world.store.write((write) =>
        world.calls.hooks.deviceGone(write, device.account, device.device),
      );
    await signOut(bobLaptop);
    expect(await world.views(bob)).toMatchObject([{ callId, state: "ringing" }]);
    await signOut(alice);
    expect(await world.views(bob)).toEqual([]);
    expect(ofCalls(bob).at(-1)).toBe("call-ended missed");
  });
});

describe("a call that another version left", () => {
  test("in words that this one cannot read is removed at the start, and the others go on", async () => {
    const kept = await ring();
    await world.store.write(async ({ db }) => {
      const row = await db.selectFrom("call").selectAll().executeTakeFirstOrThrow();
      const state = '{"state":"teleporting"}';
      await db
        .insertInto("call")
        .values({ ...row, id: newId() as CallId, state, due_at: 0 })
        .execute();
    });
    await world[Symbol.asyncDispose]();
    world = await openWorld(directory, { now: world.clock.now });
    expect(await world.views(bob)).toMatchObject([{ callId: kept }]);
    expect(await world.store.db.selectFrom("call").select("id").execute()).toEqual([{ id: kept }]);
  });
});

describe("deleting an account", () => {
  test("ends its calls for the other side and at the relay, also a ring that it hears", async () => {
    await ring();
    await world.store.write((write) => world.calls.hooks.endAllOf(write, bob.account));
    expect(ofCalls(alice)).toEqual(["call-ended no-answer"]);
    expect(world.orders).toEqual(["live", "end"]);
  });
});

describe("a stranger", () => {
  test("cannot tell a call of others from one that never was", async () => {
    const callId = await ring();
    const unknown = newId() as CallId;
    const [real, made] = await Promise.all([
      say(carol, { type: "accept", callId, ends: null, answer: null }),
      say(carol, { type: "accept", callId: unknown, ends: null, answer: null }),
    ]);
    expect({ ...real, callId: null }).toEqual({ ...made, callId: null });
    expect(real).toMatchObject({ code: "call-not-found" });
  });
});
