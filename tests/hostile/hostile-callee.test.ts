import { randomBytes } from "node:crypto";
import type { CallId } from "@ringfence/protocol";
import { limits } from "@ringfence/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { acquaint } from "../../apps/server/src/accounts/test-people.ts";
import type { Profile } from "./profile.ts";
import { RawDevice } from "./raw-device.ts";
import { writeDescription } from "./simulated-description.ts";
import { HostileWorld } from "./world.ts";

/** Alice has a page of ours and rings Mallory, whose client is none of ours. */
let world: HostileWorld;
let alice: Profile;
let mallory: RawDevice;
let callId: CallId;
let count = 0;

beforeAll(async () => {
  world = await HostileWorld.open();
});

afterAll(() => world[Symbol.asyncDispose]());

beforeEach(async () => {
  const names = [`alice${count}`, `mallory${count}`] as const;
  count += 1;
  alice = await world.signUp(names[0]);
  mallory = await RawDevice.open(world, names[1]);
  await acquaint(world.origin, alice.cookie, names[1]);
  await acquaint(world.origin, mallory.cookie, names[0]);
  await alice.ringAt(mallory.handle);
  await world.busyness.until(() => mallory.told("ring").length > 0, 2_000);
  callId = mallory.told("ring").at(-1)?.call.callId as CallId;
});

const honest = writeDescription({
  type: "answer",
  kinds: ["audio", "video", "video"],
  ice: { ufrag: "mallory0", pwd: "m".repeat(24) },
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
const answer = (description = honest, round = 0) => ({
  type: "answer",
  callId,
  round,
  signed: signedAs(description),
});
const accept = (description: string | null = null) => ({
  type: "accept",
  callId,
  ends: null,
  answer: description === null ? null : signedAs(description),
});

/** Alice's page has used nothing that Mallory wrote, and still rings. */
function expectRinging(): void {
  expect(alice.current?.phase).toBe("ringing");
  expect(alice.given).toEqual([]);
  expect(alice.met).toEqual([]);
}

test("an answer, a candidate or media before the accept: refused, and the caller hears none of it", async () => {
  const candidate = { candidate: "", sdpMid: "0", sdpMLineIndex: 0 };
  const sayings = [
    answer(),
    answer(honest, 1),
    { type: "candidate", callId, round: 0, candidate },
    { type: "media-connected", callId },
    { type: "restart", callId, round: 0, isNewConnection: true },
    { type: "hang-up", callId },
  ];
  for (const said of sayings) {
    expect([said.type, await mallory.answerTo(said)]).toEqual([
      said.type,
      expect.stringMatching(/^wrong-(role|state)$/),
    ]);
  }
  expectRinging();
});

test("an accept whose answer shows an address is refused whole", async () => {
  const shown = honest.replace(
    "a=mid:0",
    "a=candidate:1 1 udp 1 198.51.100.4 5 typ host\r\na=mid:0",
  );
  expect(await mallory.answerTo(accept(shown))).toBe("description-refused");
  expectRinging();
});

test("what the caller may say, a callee may not", async () => {
  const ice = { ufrag: "mallory0", pwd: "m".repeat(24) };
  const offer = {
    type: "offer",
    callId,
    round: 0,
    isNewConnection: true,
    signed: signedAs(honest),
    ice,
  };
  expect(await mallory.answerTo(offer)).toBe("wrong-role");
  expect(await mallory.answerTo({ type: "cancel", callId })).toBe("wrong-role");
  expectRinging();
});

test("candidates without end: so many are passed on, and no more", async () => {
  await mallory.answerTo(accept());
  await mallory.answerTo(answer());
  const candidates = Array.from({ length: 40 }, (_, port) => ({
    candidate: `candidate:1 1 udp 58597375 192.0.2.7 ${50_000 + port} typ relay raddr 0.0.0.0 rport 0`,
    sdpMid: "0",
    sdpMLineIndex: 0,
  }));
  const codes: (string | null)[] = [];
  for (const candidate of candidates) {
    codes.push(await mallory.answerTo({ type: "candidate", callId, round: 0, candidate }));
    await world.busyness.pass(100);
  }
  const line = world.middle.line(alice.handle);
  expect(line.told.filter(({ type }) => type === "candidate").length).toBeLessThanOrEqual(
    limits.candidatesPerPartyMax,
  );
  expect(codes.at(-1)).not.toBe(null);
});

test("a candidate that shows an address in a relayed call is refused and never passed on", async () => {
  await mallory.answerTo(accept());
  await mallory.answerTo(answer());
  for (const text of [
    "candidate:1 1 udp 2122260223 198.51.100.4 5000 typ host",
    "candidate:1 1 udp 1686052607 198.51.100.4 5000 typ srflx raddr 0.0.0.0 rport 0",
    "candidate:1 1 udp 58597375 192.0.2.7 5000 typ relay raddr 198.51.100.4 rport 5000",
  ]) {
    const candidate = { candidate: text, sdpMid: "0", sdpMLineIndex: 0 };
    const said = { type: "candidate", callId, round: 0, candidate };
    // The page of the caller leaves a call whose answer nobody signed: then it is over.
    expect(await mallory.answerTo(said)).toMatch(/^(description-refused|wrong-state)$/);
  }
  expect(JSON.stringify(world.middle.line(alice.handle).told)).not.toContain("198.51.100.4");
});

test("bytes that are no message close the connection that they came by, and the caller rings on", async () => {
  const closing = mallory.closing();
  mallory.device.socket.send(randomBytes(4_000));
  expect(await closing).toBe(4400);
  expectRinging();
});
