import type { SignedDescription } from "@ringfence/protocol";
import { Handle } from "@ringfence/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { bobAs, bobsDevice, described, makeDevice, type OtherEnd } from "../../test/other-end.ts";
import { callId, otherId } from "../../test/test-calls.ts";
import { type TrustScene, trustScene } from "../../test/test-trust.ts";
import { EndToEndTrust } from "./end-to-end-trust.ts";
import type { TrustFault } from "./trust-fault.ts";

let alice: TrustScene;
let faults: TrustFault[];

beforeEach(async () => {
  alice = await trustScene();
  faults = [];
});

function open(role: "caller" | "callee", id = callId): EndToEndTrust {
  const call = {
    role,
    callId: id,
    with: Handle.parse("bob"),
    kind: "audio",
    route: "relayed",
  } as const;
  return new EndToEndTrust(alice.parts, call, {
    onChange() {},
    onFault: (fault) => void faults.push(fault),
  });
}

const first = { round: 0, isNewConnection: true } as const;
const hear = (trust: EndToEndTrust, signed: SignedDescription, { chain } = bobsDevice) =>
  trust.hear({ ...first, signed, chain });

/** Alice answers a call of Bob's, by this device of his. */
async function answerBob(device = bobsDevice, id = callId) {
  const bob: OtherEnd = bobAs("caller", id, device);
  const trust = open("callee", id);
  const isHeard = await hear(trust, await bob.offer(described("offer")), device);
  return { bob, trust, isHeard };
}

async function exchange(device = bobsDevice, id = callId) {
  const { bob, trust } = await answerBob(device, id);
  const answer = await trust.signAnswer(described("answer", "CC"), 0);
  if (answer === null) throw new Error("nothing was signed");
  await bob.hear(answer);
  await trust.hearNonce({ type: "nonce", nonce: bob.opened });
  return { bob, trust };
}

describe("the first call of two", () => {
  test("may flow, is not compared, and shows four emoji once the nonce is opened", async () => {
    const { trust } = await exchange();
    expect(trust.mayFlow).toBe(true);
    expect(trust.drawn).toMatchObject({ level: "not-compared", question: null });
    expect(trust.drawn.emoji).toHaveLength(4);
    expect(faults).toEqual([]);
  });

  test("makes the next one compared, where they say that the emoji match", async () => {
    const { trust } = await exchange();
    trust.theyMatch();
    expect(trust.drawn.level).toBe("compared");
    const next = await answerBob(bobsDevice, otherId);
    expect(next.trust.drawn.level).toBe("compared");
  });

  test("ends where the caller opens another nonce than it committed to", async () => {
    const { trust } = await answerBob();
    await trust.signAnswer(described("answer", "CC"), 0);
    await trust.hearNonce({ type: "nonce", nonce: "A".repeat(43) });
    expect(faults).toEqual([{ type: "nonce" }]);
    expect(trust.mayFlow).toBe(false);
  });
});

describe("an answer that was signed for a connection that is no more", () => {
  test("is replaced by one for the connection that there is, and both see the same emoji", async () => {
    const { bob, trust } = await answerBob();
    await trust.signAnswer(described("prepared", "CC"), 0);
    const answer = await trust.signAnswer(described("answer", "EE"), 0);
    if (answer === null) throw new Error("nothing was signed");
    expect(answer.description).toBe(described("answer", "EE"));
    expect(await trust.signAnswer(described("answer", "EE"), 0)).toEqual(answer);
    await bob.hear(answer);
    await trust.hearNonce({ type: "nonce", nonce: bob.opened });
    expect(trust.drawn.emoji).toEqual(await bob.emoji());
    expect(faults).toEqual([]);
  });

  test("is given again for the same connection", async () => {
    const { trust } = await answerBob();
    const answer = await trust.signAnswer(described("answer", "CC"), 0);
    expect(await trust.signAnswer(described("answer", "CC"), 0)).toBe(answer);
  });
});

describe("a device that is not the one that was known", () => {
  test("waits for *Call anyway*, and flows after it", async () => {
    await exchange();
    const { trust, isHeard } = await answerBob(await makeDevice("bob"), otherId);
    expect([isHeard, trust.mayFlow]).toEqual([true, false]);
    expect(trust.drawn.question).toEqual({ type: "call-anyway", change: "another-chain" });
    trust.compareAgain();
    expect(trust.mayFlow).toBe(false);
    trust.callAnyway();
    expect([trust.mayFlow, trust.drawn.level]).toEqual([true, "changed"]);
  });

  test("waits for the emoji after comparing, which *Call anyway* does not replace", async () => {
    (await exchange()).trust.theyMatch();
    const { trust } = await exchange(await makeDevice("bob"), otherId);
    expect(trust.drawn.question).toMatchObject({ type: "compare-again" });
    trust.callAnyway();
    expect(trust.mayFlow).toBe(false);
    trust.compareAgain();
    await trust.mayConnect;
    expect(trust.mayFlow).toBe(false);
    trust.theyMatch();
    expect([trust.mayFlow, trust.drawn.level]).toEqual([true, "compared"]);
  });

  test("is held to the chain that was compared, also when it changes once more in the call", async () => {
    (await exchange()).trust.theyMatch();
    const { trust, bob } = await exchange(await makeDevice("bob"), otherId);
    trust.compareAgain();
    trust.theyMatch();
    const next = { round: 1, isNewConnection: true };
    const later = async (round: number) => ({
      ...next,
      round,
      signed: await bob.offer(described(`offer ${round}`), round, true),
    });
    expect(await trust.hear({ ...(await later(1)), chain: bob.device.chain })).toBe(true);
    const { chain } = await makeDevice("bob");
    expect(await trust.hear({ ...(await later(2)), chain })).toBe(false);
    expect(faults).toEqual([{ type: "device-removed" }]);
  });

  test("shows its caller no emoji, and takes no word of them, before *Compare again*", async () => {
    (await exchange()).trust.theyMatch();
    const device = await makeDevice("bob");
    const trust = open("caller", otherId);
    const offer = await trust.signOffer(described("offer"), first);
    if (offer === null) throw new Error("nothing was signed");
    const bob = bobAs("callee", otherId, device);
    await bob.hear(offer);
    await hear(trust, await bob.answer(described("answer", "CC")), device);
    expect(trust.drawn).toMatchObject({ emoji: null, question: { type: "compare-again" } });
    trust.theyMatch();
    expect([trust.mayFlow, trust.drawn.level]).toEqual([false, null]);
    trust.compareAgain();
    await trust.mayConnect;
    expect(trust.drawn.emoji).toHaveLength(4);
    expect(trust.mayFlow).toBe(false);
    trust.theyMatch();
    expect([trust.mayFlow, trust.drawn.level]).toEqual([true, "compared"]);
  });
});

describe("what does not fit ends the call", () => {
  const edits: [string, (signed: SignedDescription) => SignedDescription, string][] = [
    ["no transcript", (signed) => ({ ...signed, transcript: "" }), "malformed"],
    ["no signature", (signed) => ({ ...signed, signature: "" }), "wrong-signature"],
    [
      "another certificate",
      (signed) => ({ ...signed, description: described("offer", "EE") }),
      "wrong-fingerprint",
    ],
    [
      "an edited line",
      (signed) => ({ ...signed, description: `a=x\r\n${signed.description}` }),
      "wrong-description",
    ],
  ];
  test.each(edits)("%s", async (_, edit, fault) => {
    const trust = open("callee");
    const offer = await bobAs("caller", callId).offer(described("offer"));
    expect(await hear(trust, edit(offer))).toBe(false);
    expect(faults).toEqual([{ type: "description", fault }]);
  });

  test("an offer of another call", async () => {
    const offer = await bobAs("caller", otherId).offer(described("offer"));
    expect(await hear(open("callee"), offer)).toBe(false);
    expect(faults).toEqual([{ type: "description", fault: "wrong-call" }]);
  });

  test("an offer that is played again as another round", async () => {
    const { trust, bob } = await exchange();
    const signed = await bobAs("caller", callId).offer(described("offer"));
    const { chain } = bob.device;
    expect(await trust.hear({ round: 1, isNewConnection: true, signed, chain })).toBe(false);
    expect(faults).toEqual([{ type: "description", fault: "wrong-round" }]);
  });

  test("an account without a chain", async () => {
    const offer = await bobAs("caller", callId).offer(described("offer"));
    expect(await hear(open("callee"), offer, { ...bobsDevice, chain: [] })).toBe(false);
    expect(faults).toMatchObject([{ type: "identity" }]);
  });

  test("another certificate at the other end of the connection", async () => {
    const { trust } = await exchange();
    trust.refuseCertificate();
    expect([trust.mayFlow, faults]).toEqual([false, [{ type: "certificate" }]]);
  });
});
