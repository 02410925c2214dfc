import { randomUUID } from "node:crypto";
import {
  type CallId,
  checkDescription,
  closeCodes,
  iceParametersOf,
  limits,
} from "@ringfence/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acquaint, request } from "../../apps/server/src/accounts/test-people.ts";
import { RandomSource } from "../../packages/call/src/test/simulation/random-source.ts";
import { mutateText } from "./mutate-text.ts";
import type { Profile } from "./profile.ts";
import { RawDevice } from "./raw-device.ts";
import { writeDescription } from "./simulated-description.ts";
import { HostileWorld } from "./world.ts";

/** Mallory's client is none of ours; Bob, whom she may ring, has a page of ours open. */
let world: HostileWorld;
let bob: Profile;
let count = 0;

beforeAll(async () => {
  world = await HostileWorld.open();
  bob = await world.signUp("bob");
});

afterAll(() => world[Symbol.asyncDispose]());

/** Somebody new, so that no test meets what another one has used up. */
async function openMallory(): Promise<RawDevice> {
  const mallory = await RawDevice.open(world, `mallory${count++}`);
  await acquaint(world.origin, mallory.cookie, "bob");
  await acquaint(world.origin, bob.cookie, mallory.handle);
  return mallory;
}

async function ring(mallory: RawDevice): Promise<CallId> {
  expect(await mallory.answerTo(inviteTo("bob"))).toBe("ringing");
  return mallory.told("ringing").at(-1)?.call.callId as CallId;
}

const inviteTo = (to: string) => ({ type: "invite", requestId: randomUUID(), to, kind: "audio" });

const ice = { ufrag: "mallory0", pwd: "m".repeat(24) };
const honest = writeDescription({
  type: "offer",
  kinds: ["audio", "video", "video"],
  ice,
  fingerprint: `sha-256 ${Array(32).fill("AB").join(":")}`,
  port: 50_000,
  revision: 1,
});

/** As devices sign it, for all that the server can tell. */
const signedAs = (description: string) => ({
  description,
  transcript: "VHJhbnNjcmlwdA",
  signature: "U2lnbmF0dXJl",
});

/** With the two words of ICE that stand in it, so that it is refused for nothing else. */
function offer(callId: CallId, description: string) {
  const words = iceParametersOf(description) ?? ice;
  const signed = signedAs(description);
  return { type: "offer", callId, round: 0, isNewConnection: true, signed, ice: words };
}

/** Nothing of Bob's was opened, and his page goes on as if nobody had come. */
async function expectUntouched(): Promise<void> {
  expect(bob.microphonesOpened).toBe(0);
  expect(bob.met).toEqual([]);
  await bob.client.account.listDevices();
  expect(bob.client.connection.get()).toBe("online");
}

const offersThatShow = [
  ["a host candidate", "a=candidate:1 1 udp 2122260223 192.168.1.7 5000 typ host"],
  ["a name of this network", "a=candidate:1 1 udp 2122260223 a.local 5000 typ host"],
  [
    "where a relayed candidate was found from",
    "a=candidate:1 1 udp 1 192.0.2.7 5000 typ relay raddr 198.51.100.4 rport 5000",
  ],
  [
    "keys in the signalling",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
  ],
  ["another address than its candidates'", "a=rtcp:9 IN IP4 198.51.100.4"],
] as const;

test.each(offersThatShow)("an offer with %s is refused, and nobody hears it", async (_, line) => {
  using mallory = await openMallory();
  const callId = await ring(mallory);
  const description = honest.replace("a=mid:0", `${line}\r\na=mid:0`);
  expect(await mallory.answerTo(offer(callId, description))).toBe("description-refused");
  expect(JSON.stringify(world.middle.line("bob").told)).not.toContain("198.51.100.4");
  await expectUntouched();
  mallory.say({ type: "cancel", callId });
  await world.busyness.settle();
});

test("whatever a description is made into, the server lets nothing through that a page would refuse", async () => {
  using mallory = await openMallory();
  const callId = await ring(mallory);
  let refused = 0;
  for (let seed = 1; seed <= 250; seed++) {
    const description = mutateText(honest, new RandomSource(seed));
    if (checkDescription(description).allowed) continue;
    const code = await mallory.answerTo(offer(callId, description));
    expect({ seed, code }).toEqual({ seed, code: "description-refused" });
    refused += 1;
    // A connection may not say so much at once.
    await world.busyness.pass(100);
  }
  expect(refused).toBeGreaterThan(125);
  await expectUntouched();
  mallory.say({ type: "cancel", callId });
  await world.busyness.settle();
});

test("a message of ten megabytes ends the connection that it came by, and touches no other", async () => {
  using mallory = await openMallory();
  const closing = mallory.closing();
  mallory.sayText(JSON.stringify({ type: "invite", to: "b".repeat(10_000_000) }));
  // RFC 6455 §7.4.1: too big to process.
  expect(await closing).toBe(1009);
  const body = { clientMessageId: randomUUID(), text: "b".repeat(10_000_000) };
  await expect(
    request(world.origin, mallory.cookie, "POST", "/api/conversations/bob/messages", body),
  ).rejects.toThrow("too-large");
  await expectUntouched();
});

/** A message of so many bytes. */
const padded = (bytes: number) =>
  JSON.stringify({ type: "heartbeat", x: "" }).replace('""', `"${"x".repeat(bytes - 30)}"`);

test("a frame just over the limit is too big, and one just under it is read", async () => {
  using mallory = await openMallory();
  mallory.sayText(padded(limits.frameBytesMax));
  await world.busyness.settle();
  expect(mallory.told("heartbeat")).toHaveLength(1);
  const closing = mallory.closing();
  mallory.sayText(padded(limits.frameBytesMax + 100));
  expect(await closing).toBe(1009);
});

test("a flood of messages ends the connection with its own code", async () => {
  using mallory = await openMallory();
  const closing = mallory.closing();
  for (let sent = 0; sent < 2_000; sent++) mallory.say({ type: "heartbeat" });
  expect(await closing).toBe(closeCodes.tooManyRequests);
  await expectUntouched();
});

test("ring bombing: three rings in vain and it rings no more; invites in a row are refused", async () => {
  using mallory = await openMallory();
  const before = world.middle.line("bob").told.length;
  const outcomes: (string | null)[] = [];
  for (let attempt = 0; attempt < 12; attempt++) {
    const outcome = await mallory.answerTo(inviteTo("bob"));
    outcomes.push(outcome);
    if (outcome === "ringing") {
      const callId = mallory.told("ringing").at(-1)?.call.callId;
      mallory.say({ type: "cancel", callId });
      await world.busyness.settle();
    }
  }
  expect(outcomes.slice(0, 4)).toEqual(["ringing", "ringing", "ringing", "unavailable"]);
  expect(outcomes.slice(3)).not.toContain("ringing");
  expect(outcomes.at(-1)).toBe("too-many-requests");
  const rings = world.middle
    .line("bob")
    .told.slice(before)
    .filter(({ type }) => type === "ring");
  expect(rings).toHaveLength(limits.unansweredRingsMax);
});

test("ring bombing by many accounts: without a grant it rings six times an hour", async () => {
  const before = world.middle.line("bob").told.length;
  // The hour of the tests before this one is over.
  await world.busyness.pass(limits.ringLimitsMs);
  for (let attempt = 0; attempt < limits.ringsWithoutGrantMax + 3; attempt++) {
    using mallory = await openMallory();
    await mallory.answerTo(inviteTo("bob"));
    const callId = mallory.told("ringing").at(-1)?.call.callId;
    mallory.say({ type: "cancel", callId });
    await world.busyness.settle();
  }
  const rings = world.middle
    .line("bob")
    .told.slice(before)
    .filter(({ type }) => type === "ring");
  const aloud = rings.filter(({ call }) => !(call as { isQuiet: boolean }).isQuiet);
  expect(aloud).toHaveLength(limits.ringsWithoutGrantMax);
});

test("a caller can say nothing of what only a callee may, nor speak of a call that is not hers", async () => {
  using mallory = await openMallory();
  using stranger = await openMallory();
  const callId = await ring(mallory);
  expect(await mallory.answerTo(offer(callId, honest))).toBe(null);
  const answer = { type: "answer", callId, round: 0, signed: signedAs(honest) };
  const sayings = [
    { type: "accept", callId, ends: null, answer: null },
    { type: "decline", callId },
    { type: "silence", callId },
    { type: "ring-acknowledge", callId },
    answer,
    { type: "restart", callId, round: 0, isNewConnection: true },
    { type: "media-connected", callId },
  ];
  for (const said of sayings) {
    expect([said.type, await mallory.answerTo(said)]).toEqual([
      said.type,
      expect.stringMatching(/^wrong-(role|state)$/),
    ]);
    expect([said.type, await stranger.answerTo(said)]).toEqual([said.type, "call-not-found"]);
  }
  await expectUntouched();
  mallory.say({ type: "cancel", callId });
  await world.busyness.settle();
});
