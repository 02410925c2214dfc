import { Handle, type UpMessage } from "@ringfence/protocol";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { callId, place, relay } from "../../test/test-calls.ts";
import { bobAs, bobsDevice, described, makeDevice, type OtherEnd } from "../../test/other-end.ts";
import { TestMedia } from "../../test/test-media.ts";
import { type TrustScene, trustScene } from "../../test/test-trust.ts";
import { UnsafeDescription } from "../media/errors.ts";
import { EndToEndTrust } from "./end-to-end-trust.ts";
import { Negotiation } from "./negotiation.ts";

const fresh = { ...relay, credential: "fresh" };
/** What the server has: only that it has something counts. */
const signedBefore = { description: "said before", transcript: "", signature: "" };
const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };
const bobsHandle = Handle.parse("bob");
let media: TestMedia;
let said: UpMessage[];
let failures: string[];
let alice: TrustScene;
/** At the other end. */
let bob: OtherEnd;
let trust: EndToEndTrust;

beforeEach(async () => {
  alice = await trustScene();
  media = new TestMedia();
  said = [];
  failures = [];
});

function open(role: "caller" | "callee", round = 0): Negotiation {
  if (round === 0) bob = bobAs(role === "caller" ? "callee" : "caller", callId);
  const call = { role, callId, with: bobsHandle, kind: "audio", route: "relayed" } as const;
  trust = new EndToEndTrust(alice.parts, call, {
    onChange() {},
    onFault: ({ type }) => void failures.push(`untrusted: ${type}`),
  });
  return new Negotiation(
    media.openPeer,
    { role, callId, relay, route: "relayed", toldRoute: "relayed", round },
    trust,
    {
      say: (message) => void said.push(message),
      onRound() {},
      onPeer() {},
      onFailed: (reason) => void failures.push(reason),
      onRemoteTracks() {},
      onRelayReach() {},
      onPath() {},
      onPeerMessage() {},
    },
  );
}

/** What was said, without what a round cannot be told by. */
function rounds(): string[] {
  return said.map((message) => {
    const { type } = message;
    const round = "round" in message ? ` ${message.round}` : "";
    return `${type}${round}${"isNewConnection" in message && message.isNewConnection ? " new" : ""}`;
  });
}

const settled = () => vi.waitFor(() => expect(said.length + failures.length).toBeGreaterThan(0));
/** Bob's offer of a round, as the server hands it over. */
async function offered(round: number, isNewConnection: boolean, certificate = "BB") {
  const signed = await bob.offer(described(`offer ${round}`, certificate), round, isNewConnection);
  const { chain } = bobsDevice;
  return { type: "offer", callId, round, isNewConnection, signed, chain, relay: fresh } as const;
}

/** Bob's answer to the latest offer that was said. */
async function answer(round: number, certificate = "BB") {
  const offer = said.findLast(({ type }) => type === "offer");
  if (offer?.type !== "offer") throw new Error("nothing was offered");
  await bob.hear(offer.signed);
  const signed = await bob.answer(described(`answer ${round}`, certificate));
  return { type: "answer", callId, round, signed, chain: bobsDevice.chain } as const;
}

/** Bob has heard this side's answer. */
async function bobHears(): Promise<void> {
  const own = said.findLast(({ type }) => type === "answer");
  if (own?.type !== "answer") throw new Error("nothing was answered");
  await bob.hear(own.signed);
}

/** What was taken, without its certificate. */
const taken = () => media.peer.taken.map((text) => text.split("\r\n")[0]);

/** A caller whose round 0 is answered. */
async function answered(): Promise<Negotiation> {
  const negotiation = open("caller");
  negotiation.offer();
  await settled();
  negotiation.receive(await answer(0));
  await vi.waitFor(() => expect(taken()).toEqual(["answer 0"]));
  said = [];
  return negotiation;
}

/** A callee that has answered round 0. */
async function answering(): Promise<Negotiation> {
  const negotiation = open("callee");
  negotiation.receive(await offered(0, true));
  await settled();
  await bobHears();
  said = [];
  return negotiation;
}

/** A page that came after the one with which the call began. */
async function later(role: "caller" | "callee", round: number): Promise<Negotiation> {
  await (role === "caller" ? answered() : answering());
  media = new TestMedia();
  const negotiation = open(role, round);
  await trust.resume();
  return negotiation;
}

async function bobAnswersAgain() {
  const signed = await bob.answer(described("answer 0 again"));
  return { type: "answer", callId, round: 0, signed, chain: bobsDevice.chain } as const;
}

const askedToLeave = { type: "restart", callId } as const;

describe("where a compared device was changed for another", () => {
  beforeEach(async () => {
    const { chain, signer } = await makeDevice("bob");
    await alice.parts.identity.markCompared(bobsHandle, chain, signer.publicKey);
  });

  test.each(["caller", "callee"] as const)(
    "a %s compares again without showing where it is",
    async (role) => {
      const negotiation = open(role);
      if (role === "caller") {
        negotiation.offer();
        await settled();
        negotiation.receive(await answer(0));
      } else negotiation.receive(await offered(0, true));
      await vi.waitFor(() => expect(trust.drawn.question?.type).toBe("compare-again"));
      trust.compareAgain();
      await vi.waitFor(() => expect(taken()).toHaveLength(1));
      await vi.waitFor(() => expect(said).toHaveLength(1));
      if (role === "callee") await trust.hearNonce({ type: "nonce", nonce: bob.opened });
      expect(media.peer.mayShowAddress).toBe(false);
      trust.theyMatch();
      await trust.agreed;
      expect(media.peer.mayShowAddress).toBe(true);
    },
  );
});

describe("a caller", () => {
  test("restarts ICE on the same connection, with the fresh credential", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    expect(rounds()).toEqual(["offer 1"]);
    expect(media.peers).toHaveLength(1);
    expect(media.peer.restarts).toEqual([fresh]);
  });

  test("begins a new connection in the place of the old one, which it closes", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: true, relay: fresh });
    await settled();
    expect(rounds()).toEqual(["offer 1 new"]);
    expect(media.peers.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(media.peer).toMatchObject({ relay: fresh, restarts: [] });
    expect(negotiation.peer).toBe(media.peer);
  });

  test("takes one answer of the round it is in, and nothing of an older one", async () => {
    const negotiation = await answered();
    const old = { ...(await bobAnswersAgain()), round: 0 };
    negotiation.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    negotiation.receive(old);
    negotiation.receive({ type: "candidate", callId, round: 0, candidate });
    negotiation.receive({ ...askedToLeave, round: 0, isNewConnection: true, relay });
    negotiation.receive(await answer(1));
    negotiation.receive({ ...(await answer(1)), signed: await bob.answer(described("another")) });
    negotiation.receive({ type: "candidate", callId, round: 1, candidate });
    await vi.waitFor(() => expect(taken()).toEqual(["answer 0", "answer 1"]));
    await vi.waitFor(() => expect(media.peer.candidates).toEqual([candidate]));
    expect(rounds()).toEqual(["offer 1"]);
  });

  test("says nothing of a connection that another has taken the place of", async () => {
    const negotiation = await answered();
    const [old] = media.peers;
    negotiation.restart({ after: 0, isNewConnection: true, relay: fresh });
    await settled();
    old?.events.onCandidate(candidate);
    old?.events.onUnsafe();
    expect([rounds(), failures]).toEqual([["offer 1 new"], []]);
  });

  test("offers the next round when the other side asks to leave this one", async () => {
    const negotiation = await answered();
    negotiation.receive({ ...askedToLeave, round: 0, isNewConnection: true, relay: fresh });
    await settled();
    expect(rounds()).toEqual(["offer 1 new"]);
  });

  test("begins a round again that the server never got, under the same number", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: true, relay });
    await settled();
    said = [];
    negotiation.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    // The other side knows nothing of the connection that was new.
    expect(rounds()).toEqual(["offer 1 new"]);
  });

  test("says only the latest of two offers that it began", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: false, relay });
    negotiation.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    await Promise.resolve();
    expect(rounds()).toEqual(["offer 1"]);
    expect(media.peer.restarts).toEqual([relay, fresh]);
  });

  test("of a page that came later begins with a round of its own", async () => {
    (await later("caller", 4)).offer();
    await settled();
    expect(rounds()).toEqual(["offer 4 new"]);
  });

  test("ends a call on an answer that is not safe, in every round", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: false, relay });
    await settled();
    media.peer.fault = new UnsafeDescription("another certificate");
    negotiation.receive(await answer(1));
    await vi.waitFor(() => expect(failures).toEqual(["unsafe-description"]));
  });

  test("goes on where a restart could not be used, and ends where a first connection cannot", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: false, relay });
    await settled();
    media.peer.fault = new Error("no such state");
    negotiation.receive(await answer(1));
    await vi.waitFor(() => expect(taken()).toContain("answer 1"));
    negotiation.restart({ after: 1, isNewConnection: true, relay });
    media.peer.fault = new Error("no such state");
    await vi.waitFor(() => expect(rounds()).toContain("offer 2 new"));
    expect(failures).toEqual([]);
    negotiation.receive(await answer(2));
    await vi.waitFor(() => expect(failures).toEqual(["unsupported"]));
  });
});

describe("a callee", () => {
  test("answers a restart on the connection it has, with the fresh credential", async () => {
    const negotiation = await answering();
    negotiation.receive(await offered(1, false));
    await settled();
    expect(rounds()).toEqual(["answer 1"]);
    expect(media.peers).toHaveLength(1);
    expect(media.peer).toMatchObject({ restarts: [fresh] });
    expect(taken()).toEqual(["offer 0", "offer 1"]);
  });

  test("answers on a new connection where the round says so", async () => {
    const negotiation = await answering();
    negotiation.receive(await offered(1, true));
    await settled();
    expect(rounds()).toEqual(["answer 1"]);
    expect(media.peers.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(media.peer).toMatchObject({ relay: fresh, restarts: [] });
    expect(taken()).toEqual(["offer 1"]);
  });

  test("takes an offer once, and none of an older round", async () => {
    const negotiation = await answering();
    negotiation.receive(await offered(2, false));
    negotiation.receive(await offered(2, false));
    negotiation.receive(await offered(1, true));
    await settled();
    expect(rounds()).toEqual(["answer 2"]);
  });

  test("asks to leave the round that it is in", async () => {
    const negotiation = await answering();
    negotiation.askForRestart({ isNewConnection: false });
    expect(said).toEqual([{ type: "restart", callId, round: 0, isNewConnection: false }]);
  });

  test("of a page that came later has nothing to restart, and asks for a new connection", async () => {
    const negotiation = await later("callee", 4);
    negotiation.askForConnection();
    negotiation.receive(await offered(3, true));
    negotiation.receive(await offered(4, false));
    await vi.waitFor(() => expect(rounds()).toEqual(["restart 3 new", "restart 4 new"]));
    expect(media.peer.taken).toEqual([]);
    negotiation.receive(await offered(5, true));
    await vi.waitFor(() => expect(rounds().at(-1)).toBe("answer 5"));
    expect(media.peers).toHaveLength(1);
  });

  test("asks for a new connection where an offer to restart could not be used", async () => {
    const negotiation = await answering();
    media.peer.fault = new Error("no such state");
    negotiation.receive(await offered(1, false));
    await settled();
    expect([rounds(), failures]).toEqual([["restart 1 new"], []]);
  });
});

describe("after a socket was lost", () => {
  test("a caller says its offer and candidates again where the server lacks them", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    media.peer.events.onCandidate(candidate);
    said = [];
    negotiation.sayMissing(place());
    expect(rounds()).toEqual(["offer 1", "candidate 1"]);
  });

  test("nothing is said again that the server has", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    const second = { ...candidate, candidate: "candidate:2" };
    media.peer.events.onCandidate(candidate);
    media.peer.events.onCandidate(second);
    said = [];
    negotiation.sayMissing(place({ round: 1, offer: signedBefore, candidatesHeard: 1 }));
    expect(said).toEqual([{ type: "candidate", callId, round: 1, candidate: second }]);
  });

  test("a callee says its answer again where the server lacks it", async () => {
    const negotiation = await answering();
    negotiation.sayMissing(place({ offer: signedBefore }));
    expect(rounds()).toEqual(["answer 0"]);
    said = [];
    negotiation.sayMissing(place({ offer: signedBefore, answer: signedBefore }));
    expect(said).toEqual([]);
  });

  test("what the other side said meanwhile is taken, and once", async () => {
    const caller = await answered();
    caller.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    const { signed } = await answer(1);
    const missed = place({
      round: 1,
      isNewConnection: false,
      answer: signed,
      candidates: [candidate],
    });
    void caller.hear(missed);
    void caller.hear(missed);
    await vi.waitFor(() => expect(taken()).toEqual(["answer 0", "answer 1"]));
    await vi.waitFor(() => expect(media.peer.candidates).toEqual([candidate]));
  });

  test("a callee answers the round that it missed", async () => {
    const negotiation = await answering();
    const { signed } = await offered(3, false);
    void negotiation.hear(place({ round: 3, isNewConnection: false, offer: signed }));
    await settled();
    expect(rounds()).toEqual(["answer 3"]);
    expect(media.peer.restarts).toEqual([fresh]);
  });

  test("a caller leaves the round that the other side asked it to leave", async () => {
    const negotiation = await answered();
    void negotiation.hear(place({ restart: { isNewConnection: false } }));
    await settled();
    expect(rounds()).toEqual(["offer 1"]);
  });

  test("a page that came later asks again for its connection, if nobody has heard it", () => {
    const negotiation = open("callee", 4);
    negotiation.sayMissing(place({ round: 3, offer: signedBefore, answer: signedBefore }));
    expect(rounds()).toEqual(["restart 3 new"]);
    const restart = { isNewConnection: true };
    negotiation.sayMissing(place({ round: 3, offer: signedBefore, answer: signedBefore, restart }));
    expect(rounds()).toEqual(["restart 3 new"]);
  });
});
