import { CallId, type DeviceChain, type SignedDescription } from "@ringfence/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { filled } from "../../packages/e2ee/src/test/web-crypto.ts";
import type { Transcript } from "../../packages/e2ee/src/transcript/transcript.ts";
import { AnswerInTheirName } from "./answer-in-their-name.ts";
import { Keys } from "./impostor.ts";
import type { Line, Said, Tampering } from "./middle.ts";
import { whatMustNotBe } from "./never.ts";
import type { Profile } from "./profile.ts";
import { makeCertificate } from "./simulated-certificate.ts";
import { signedIn, withChain, withSigned, withTranscript } from "./signed-words.ts";
import { HostileWorld } from "./world.ts";

/** Longer than a call that cannot connect is tried. */
const callMs = 8_000;
const anotherCall = CallId.parse("0".repeat(26));
const stranger = makeCertificate(0).fingerprint;

let world: HostileWorld;
let alice: Profile;
let bob: Profile;
/** A key of the server's own. */
let ghost: Keys;
let count = 0;

beforeAll(async () => {
  world = await HostileWorld.open();
});

afterAll(() => world[Symbol.asyncDispose]());

beforeEach(async () => {
  [alice, bob] = await world.mutuals(`alice${count}`, `bob${count}`);
  ghost = await Keys.begin(bob.handle);
  count += 1;
});

afterEach(async () => {
  world.middle.tampering = {};
  for (const { client } of [alice, bob]) client.close();
  await world.busyness.settle();
});

/** Alice rings, and Bob takes it. */
async function call(tampering: Tampering = {}): Promise<void> {
  world.middle.tampering = tampering;
  await alice.ringAt(bob.handle);
  await bob.accept();
  await world.busyness.pass(callMs);
}

/** Both end what they have. */
async function endCall(): Promise<void> {
  world.middle.tampering = {};
  for (const { client } of [alice, bob]) {
    client.calls.hangUp();
    await world.busyness.settle();
    client.calls.dismissEnded();
    await world.busyness.settle();
  }
  for (const person of [alice, bob]) person.forgetConnections();
  await world.busyness.pass(1_000);
}

/** They spoke before, so that each knows the other's device. */
async function getToKnow(): Promise<void> {
  await call();
  expect([alice.current?.phase, bob.current?.phase]).toEqual(["connected", "connected"]);
  expect([alice.hears, bob.hears]).toEqual([true, true]);
  await endCall();
}

async function compareEmoji(): Promise<void> {
  await call();
  expect(alice.emoji).toEqual(bob.emoji);
  expect(alice.emoji).toHaveLength(4);
  for (const one of [alice, bob]) one.client.calls.theyMatch(one.callId);
  await world.busyness.settle();
  await endCall();
}

/** Changes what one of them hears of the other's descriptions. */
function toDevice(
  who: () => Profile,
  change: (signed: SignedDescription, told: Said) => SignedDescription,
): Tampering {
  return {
    down: (told, line) =>
      line.who === who().handle ? [withSigned(told, (signed) => change(signed, told))] : [told],
  };
}

const toBob = (change: Parameters<typeof toDevice>[1]) => toDevice(() => bob, change);
const toAlice = (change: Parameters<typeof toDevice>[1]) => toDevice(() => alice, change);

/** How the call went at one end, and what of it must not be. */
function outcomeAt(at: Profile): object {
  const other = at === alice ? bob : alice;
  return {
    endReason: at.current?.endReason,
    trustFault: at.current?.trustFault,
    otherPhase: other.current?.phase,
    mustNotBe: whatMustNotBe(world.middle, [alice, bob]),
  };
}

/** It ended with a warning, and nothing that was not the other's own was used. */
function refusedFor(fault: object): object {
  const trustFault: unknown = expect.objectContaining(fault);
  return { endReason: "untrusted", trustFault, otherPhase: "ended", mustNotBe: [] };
}

function expectNobodyBetween(): void {
  expect(whatMustNotBe(world.middle, [alice, bob])).toEqual([]);
}

const description = (fault: string) => ({ type: "description", fault });

function swapFingerprint(signed: SignedDescription): SignedDescription {
  const swapped = signed.description.replace(
    /^a=fingerprint:.*\r$/gm,
    `a=fingerprint:${stranger}\r`,
  );
  return { ...signed, description: swapped };
}

const swapInLaterRounds = (signed: SignedDescription, told: Said) =>
  Number(told["round"] ?? 0) > 0 ? swapFingerprint(signed) : signed;

const rewritten = (message: Said, from: string, to: string) =>
  JSON.parse(JSON.stringify(message).replaceAll(from, to)) as Said;

const direct = (message: Said) => rewritten(message, '"route":"relayed"', '"route":"direct"');

const stripped = (signed: SignedDescription) => ({ ...signed, transcript: "", signature: "" });

const ofItsOwn = filled(32, 0x55);

const swapCommitment = (transcript: Transcript): Transcript =>
  transcript.type === "offer" ? { ...transcript, commitment: ofItsOwn } : transcript;

const swapNonce = (transcript: Transcript): Transcript =>
  transcript.type === "answer" ? { ...transcript, nonce: ofItsOwn } : transcript;

const tampered: [string, () => Profile, () => Tampering, object][] = [
  [
    "swapped fingerprint of the offer",
    () => bob,
    () => toBob(swapFingerprint),
    description("wrong-fingerprint"),
  ],
  [
    "swapped fingerprint of the answer",
    () => alice,
    () => toAlice(swapFingerprint),
    description("wrong-fingerprint"),
  ],
  [
    "edited candidate",
    () => bob,
    () =>
      toBob((signed) => ({
        ...signed,
        description: signed.description.replace("192.0.2.7", "192.0.2.8"),
      })),
    description("wrong-description"),
  ],
  ["stripped transcript of the offer", () => bob, () => toBob(stripped), description("malformed")],
  [
    "stripped transcript of the answer",
    () => alice,
    () => toAlice(stripped),
    description("malformed"),
  ],
  [
    "swapped commitment of the caller's nonce",
    () => bob,
    () => toBob((signed) => withTranscript(signed, swapCommitment)),
    description("wrong-signature"),
  ],
  [
    "swapped nonce of the callee",
    () => alice,
    () => toAlice((signed) => withTranscript(signed, swapNonce)),
    description("wrong-signature"),
  ],
];

describe("between two who know each other", () => {
  beforeEach(getToKnow);

  test.each(tampered)("%s: the call ends with a warning", async (_, at, tampering, fault) => {
    await call(tampering());
    expect(outcomeAt(at())).toEqual(refusedFor(fault));
  });

  test("swapped commitment that another key signs needs the person's word", async () => {
    const { publicKey: callerDevice } = ghost.device;
    await call(resignedTo(bob, (said) => ({ ...swapCommitment(said), callerDevice })));
    expect(questionAt(bob)).toEqual(asks("call-anyway", "not-linked"));
  });

  test("swapped nonce that another key signs needs the person's word", async () => {
    const { publicKey: calleeDevice } = ghost.device;
    await call(resignedTo(alice, (said) => ({ ...swapNonce(said), calleeDevice })));
    expect(questionAt(alice)).toEqual(asks("call-anyway", "not-linked"));
  });

  test("replayed offer: that of an earlier call is refused", async () => {
    const [earlier] = world.middle.saidBy(alice.handle).filter(({ type }) => type === "offer");
    const [offer] = signedIn(earlier as Said);
    await call(toBob(() => offer as SignedDescription));
    expect(outcomeAt(bob)).toEqual(refusedFor(description("wrong-call")));
  });

  test("replayed answer: that of an earlier call is refused", async () => {
    const earlier = world.middle.saidBy(bob.handle).flatMap(signedIn);
    await call(toAlice(() => earlier[0] as SignedDescription));
    expect(outcomeAt(alice)).toEqual(refusedFor(description("wrong-call")));
  });

  test("wrong call id: what was signed of one call is used in no other", async () => {
    let id = "";
    const fake = "7".repeat(26);
    await call({
      down(told, line) {
        if (told.type === "ring") id = (told["call"] as { callId: string }).callId;
        return line.who === bob.handle && id !== "" ? [rewritten(told, id, fake)] : [told];
      },
      up: (said) => [rewritten(said, fake, id)],
    });
    expect(outcomeAt(bob)).toEqual(refusedFor(description("wrong-call")));
  });

  test("downgraded route: told to one of them, the call ends; told to both, it stays relayed", async () => {
    await call({ down: (told, line) => [line.who === bob.handle ? direct(told) : told] });
    expect(outcomeAt(bob)).toEqual(refusedFor(description("wrong-route")));
    await endCall();
    await call({ down: (told) => [direct(told)] });
    expectNobodyBetween();
    for (const { connections } of [alice, bob]) {
      const policies = connections.map((one) => one.getConfiguration().iceTransportPolicy);
      expect(new Set(policies)).toEqual(new Set(["relay"]));
    }
  });

  test("fingerprint swapped in an ICE restart: the call that stands ends with a warning", async () => {
    await call({});
    expect(bob.hears).toBe(true);
    world.middle.tampering = toBob(swapInLaterRounds);
    alice.losePath();
    await world.busyness.pass(callMs);
    expect(outcomeAt(bob)).toEqual(refusedFor(description("wrong-fingerprint")));
  });

  test("injected accept: who was not answered uses nothing, and who did not tap opens nothing", async () => {
    await alice.ringAt(bob.handle);
    const heard = world.middle.line(alice.handle).told.findLast(({ type }) => type === "ringing");
    const { call: view, relay } = heard as unknown as { call: object; relay: object };
    const connecting = { ...view, state: "connecting", ringRemainingMs: 0 };
    const accepted = { type: "accepted", call: connecting, relay: null, offer: null, chain: null };
    world.middle.line(alice.handle).tell(accepted);
    const theirs = {
      ...connecting,
      role: "callee",
      isThisDevice: true,
      with: { handle: alice.handle, displayName: "" },
    };
    const [offer] = world.middle.saidBy(alice.handle).flatMap(signedIn).slice(-1);
    world.middle.line(bob.handle).tell({ type: "accepted", call: theirs, relay, offer, chain: [] });
    await world.busyness.pass(callMs);
    expect(alice.given).toEqual([]);
    expect(bob.given).toEqual([]);
    expect([...alice.met, ...bob.met]).toEqual([]);
    expect(bob.current).toBe(null);
  });

  test("ghost device: a line that it signed for itself is believed by nobody", async () => {
    let forged: DeviceChain = [];
    await call({
      down(told, line) {
        const honest = told["chain"];
        if (line.who !== alice.handle || !Array.isArray(honest)) return [told];
        if (forged.length > 0) return [withChain(told, forged)];
        const forging = ghost.appendItself(bob.handle, honest as DeviceChain);
        void world.busyness.during(forging).then((chain) => {
          forged = chain;
          line.tell(withChain(told, chain));
        });
        return [];
      },
    });
    expect(alice.current).toMatchObject({
      endReason: "untrusted",
      trustFault: { type: "identity" },
    });
    expectNobodyBetween();
  });

  test("ghost device: another key that answers needs the person's word", async () => {
    await callAnsweredByGhost(null);
    expect(questionAt(alice)).toEqual(asks("call-anyway", "not-linked"));
    alice.client.calls.callAnyway(anotherCall);
    await world.busyness.pass(callMs);
    expect(questionAt(alice)).toEqual(asks("call-anyway", "not-linked"));
    alice.client.calls.callAnyway(alice.callId);
    await world.busyness.pass(callMs);
    expect(alice.current?.trust.level).toBe("changed");
  });

  test("another chain in the account's name needs the person's word", async () => {
    await callAnsweredByGhost(ghost.chain);
    expect(questionAt(alice)).toEqual(asks("call-anyway", "another-chain"));
  });

  test("a chain without a line is refused", async () => {
    await call({
      down: (told, { who }) => [who === alice.handle ? withChain(told, []) : told],
    });
    expect(outcomeAt(alice)).toEqual(refusedFor({ type: "identity" }));
  });
});

describe("between two who compared", () => {
  test("a ghost device is not spoken to before they compared again", async () => {
    await compareEmoji();
    await callAnsweredByGhost(null);
    expect(questionAt(alice)).toEqual(asks("compare-again", "not-linked"));
    alice.client.calls.callAnyway(alice.callId);
    await world.busyness.pass(1_000);
    expect(questionAt(alice)).toEqual(asks("compare-again", "not-linked"));
    alice.client.calls.compareAgain(alice.callId);
    await world.busyness.pass(callMs);
    // There is a connection, for the emoji; nothing of Alice's is sent over it, and nothing is heard.
    expect(alice.met).not.toEqual([]);
    expect(alice.connections.some(({ sendsSound }) => sendsSound)).toBe(false);
    expect(alice.heard).toBe(0);
  });
});

/** What a page asks, and what it has used before it was answered. */
function questionAt(at: Profile): object {
  const { given, met, heard } = at;
  return { question: at.current?.trust.question, given, met, heard };
}

/** No description was set, nobody was met, and the page asks. */
const asks = (type: string, change: string) => ({
  question: { type, change },
  given: [],
  met: [],
  heard: 0,
});

/** Alice rings Bob, and the server answers in his name. */
async function callAnsweredByGhost(chain: DeviceChain | null): Promise<void> {
  await call(new AnswerInTheirName(world, [alice, bob], { keys: ghost, chain }));
}

/** One of them hears transcripts that are changed, and signed by the server's own key. */
function resignedTo(
  { handle }: Profile,
  change: (transcript: Transcript) => Transcript,
): Tampering {
  const forge = async (told: Said, signed: SignedDescription, line: Line) => {
    const forged = await ghost.resign(signed, change);
    line.tell(withSigned(told, () => forged));
  };
  return {
    down(told, line) {
      const [signed] = signedIn(told);
      if (line.who !== handle || signed === undefined) return [told];
      void world.busyness.during(forge(told, signed, line));
      return [];
    },
  };
}
