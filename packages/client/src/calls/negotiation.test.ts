import type { UpMessage } from "@ringfence/protocol";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { callId, place, relay } from "../../test/test-calls.ts";
import { TestMedia } from "../../test/test-media.ts";
import { UnsafeDescription } from "../media/errors.ts";
import { Negotiation } from "./negotiation.ts";

const fresh = { ...relay, credential: "fresh" };
const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };
let media: TestMedia;
let said: UpMessage[];
let failures: string[];

beforeEach(() => {
  media = new TestMedia();
  said = [];
  failures = [];
});

function open(role: "caller" | "callee", round = 0): Negotiation {
  return new Negotiation(
    media.openPeer,
    { role, callId, relay, route: "relayed", toldRoute: "relayed", round },
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
const offered = (round: number, isNewConnection: boolean) => ({
  round,
  isNewConnection,
  description: `offer ${round}`,
  relay: fresh,
});

/** A caller whose round 0 is answered. */
async function answered(): Promise<Negotiation> {
  const negotiation = open("caller");
  negotiation.offer();
  await settled();
  negotiation.takeAnswer({ round: 0, description: "answer 0" });
  await vi.waitFor(() => expect(media.peer.taken).toEqual(["answer 0"]));
  said = [];
  return negotiation;
}

/** A callee that has answered round 0. */
async function answering(): Promise<Negotiation> {
  const negotiation = open("callee");
  negotiation.takeOffer(offered(0, true));
  await settled();
  said = [];
  return negotiation;
}

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
    negotiation.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    negotiation.takeAnswer({ round: 0, description: "answer 0 again" });
    negotiation.takeCandidate({ round: 0, candidate });
    negotiation.takeRestart({ round: 0, isNewConnection: true, relay });
    negotiation.takeAnswer({ round: 1, description: "answer 1" });
    negotiation.takeAnswer({ round: 1, description: "another answer 1" });
    negotiation.takeCandidate({ round: 1, candidate });
    await vi.waitFor(() => expect(media.peer.taken).toEqual(["answer 0", "answer 1"]));
    expect(media.peer.candidates).toEqual([candidate]);
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
    negotiation.takeRestart({ round: 0, isNewConnection: true, relay: fresh });
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
    open("caller", 4).offer();
    await settled();
    expect(rounds()).toEqual(["offer 4 new"]);
  });

  test("ends a call on an answer that is not safe, in every round", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: false, relay });
    await settled();
    media.peer.fault = new UnsafeDescription("another certificate");
    negotiation.takeAnswer({ round: 1, description: "answer 1" });
    await vi.waitFor(() => expect(failures).toEqual(["unsafe-description"]));
  });

  test("goes on where a restart could not be used, and ends where a first connection cannot", async () => {
    const negotiation = await answered();
    negotiation.restart({ after: 0, isNewConnection: false, relay });
    await settled();
    media.peer.fault = new Error("no such state");
    negotiation.takeAnswer({ round: 1, description: "answer 1" });
    await vi.waitFor(() => expect(media.peer.taken).toContain("answer 1"));
    negotiation.restart({ after: 1, isNewConnection: true, relay });
    media.peer.fault = new Error("no such state");
    await vi.waitFor(() => expect(rounds()).toContain("offer 2 new"));
    expect(failures).toEqual([]);
    negotiation.takeAnswer({ round: 2, description: "answer 2" });
    await vi.waitFor(() => expect(failures).toEqual(["unsupported"]));
  });
});

describe("a callee", () => {
  test("answers a restart on the connection it has, with the fresh credential", async () => {
    const negotiation = await answering();
    negotiation.takeOffer(offered(1, false));
    await settled();
    expect(rounds()).toEqual(["answer 1"]);
    expect(media.peers).toHaveLength(1);
    expect(media.peer).toMatchObject({ taken: ["offer 0", "offer 1"], restarts: [fresh] });
  });

  test("answers on a new connection where the round says so", async () => {
    const negotiation = await answering();
    negotiation.takeOffer(offered(1, true));
    await settled();
    expect(rounds()).toEqual(["answer 1"]);
    expect(media.peers.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(media.peer).toMatchObject({ relay: fresh, taken: ["offer 1"], restarts: [] });
  });

  test("takes an offer once, and none of an older round", async () => {
    const negotiation = await answering();
    negotiation.takeOffer(offered(2, false));
    negotiation.takeOffer(offered(2, false));
    negotiation.takeOffer(offered(1, true));
    await settled();
    expect(rounds()).toEqual(["answer 2"]);
  });

  test("asks to leave the round that it is in", async () => {
    const negotiation = await answering();
    negotiation.askForRestart({ isNewConnection: false });
    expect(said).toEqual([{ type: "restart", callId, round: 0, isNewConnection: false }]);
  });

  test("of a page that came later has nothing to restart, and asks for a new connection", async () => {
    const negotiation = open("callee", 4);
    negotiation.askForConnection();
    negotiation.takeOffer(offered(3, true));
    negotiation.takeOffer(offered(4, false));
    expect(rounds()).toEqual(["restart 3 new", "restart 4 new"]);
    expect(media.peer.taken).toEqual([]);
    negotiation.takeOffer(offered(5, true));
    await vi.waitFor(() => expect(rounds().at(-1)).toBe("answer 5"));
    expect(media.peers).toHaveLength(1);
  });

  test("asks for a new connection where an offer to restart could not be used", async () => {
    const negotiation = await answering();
    media.peer.fault = new Error("no such state");
    negotiation.takeOffer(offered(1, false));
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
    negotiation.sayMissing(place({ round: 1, offer: "offer 1", candidatesHeard: 1 }));
    expect(said).toEqual([{ type: "candidate", callId, round: 1, candidate: second }]);
  });

  test("a callee says its answer again where the server lacks it", async () => {
    const negotiation = await answering();
    negotiation.sayMissing(place({ offer: "offer 0" }));
    expect(rounds()).toEqual(["answer 0"]);
    said = [];
    negotiation.sayMissing(place({ offer: "offer 0", answer: "an answer" }));
    expect(said).toEqual([]);
  });

  test("what the other side said meanwhile is taken, and once", async () => {
    const caller = await answered();
    caller.restart({ after: 0, isNewConnection: false, relay: fresh });
    await settled();
    const missed = place({ round: 1, answer: "answer 1", candidates: [candidate] });
    caller.hear(missed);
    caller.hear(missed);
    await vi.waitFor(() => expect(media.peer.taken).toEqual(["answer 0", "answer 1"]));
    expect(media.peer.candidates).toEqual([candidate]);
  });

  test("a callee answers the round that it missed", async () => {
    const negotiation = await answering();
    negotiation.hear(place({ round: 3, isNewConnection: false, offer: "offer 3" }));
    await settled();
    expect(rounds()).toEqual(["answer 3"]);
    expect(media.peer.restarts).toEqual([fresh]);
  });

  test("a caller leaves the round that the other side asked it to leave", async () => {
    const negotiation = await answered();
    negotiation.hear(place({ answer: "answer 0", restart: { isNewConnection: false } }));
    await settled();
    expect(rounds()).toEqual(["offer 1"]);
  });

  test("a page that came later asks again for its connection, if nobody has heard it", () => {
    const negotiation = open("callee", 4);
    negotiation.sayMissing(place({ round: 3, offer: "offer 3", answer: "an answer" }));
    expect(rounds()).toEqual(["restart 3 new"]);
    const restart = { isNewConnection: true };
    negotiation.sayMissing(place({ round: 3, offer: "offer 3", answer: "an answer", restart }));
    expect(rounds()).toEqual(["restart 3 new"]);
  });
});
