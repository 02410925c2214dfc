import { describe as group, expect, test } from "vitest";
import { flipped, makeDevice, webCrypto } from "../test/web-crypto.ts";
import { describe, type Said, twoEnds, twoEndsInCall } from "../test/two-ends.ts";
import type { OwnFacts } from "./call-agreement.ts";
import { decodeTranscript, encodeTranscript, type Transcript } from "./transcript.ts";

const accepted = { outcome: "accepted" };
const refusedAs = (fault: string) => ({ outcome: "refused", fault });

/** Signs something else instead, with a key of somebody's own. */
async function forge(
  said: Said,
  change: Partial<Transcript>,
  device: Awaited<ReturnType<typeof makeDevice>>,
) {
  const transcript = decodeTranscript(said.signed.transcript);
  if (transcript === null) throw new Error("an honest end said it");
  const bytes = encodeTranscript({ ...transcript, ...change } as Transcript);
  return { ...said, signed: { transcript: bytes, signature: await device.sign(bytes) } };
}

group("two honest ends", () => {
  test("agree on the first exchange, an ICE restart and a new connection", async () => {
    const { caller, callee } = await twoEnds();
    expect(await callee.hear(await caller.offer(0, await describe("offer 0", 1)))).toMatchObject(
      accepted,
    );
    expect(await caller.hear(await callee.answer(await describe("answer 0", 2)))).toMatchObject(
      accepted,
    );
    expect(await callee.hear(await caller.offer(1, await describe("offer 1", 1)))).toMatchObject(
      accepted,
    );
    expect(await caller.hear(await callee.answer(await describe("answer 1", 2)))).toMatchObject(
      accepted,
    );
    expect(
      await callee.hear(await caller.offer(2, await describe("offer 2", 3), true)),
    ).toMatchObject(accepted);
    expect(await caller.hear(await callee.answer(await describe("answer 2", 4)))).toMatchObject(
      accepted,
    );
  });

  test("go on where offers and answers between them were lost", async () => {
    const { caller, callee } = await twoEndsInCall();
    await caller.offer(1, await describe("offer 1", 1));
    await callee.hear(await caller.offer(2, await describe("offer 2", 1)));
    await callee.answer(await describe("answer 2", 2));
    expect(await callee.hear(await caller.offer(3, await describe("offer 3", 1)))).toMatchObject(
      accepted,
    );
    expect(await caller.hear(await callee.answer(await describe("answer 3", 2)))).toMatchObject(
      accepted,
    );
  });

  test("take what is said twice for what it is", async () => {
    const { caller, callee, offer, answer } = await twoEndsInCall();
    expect(await callee.hear(offer)).toEqual({ outcome: "repeated" });
    expect(await caller.hear(answer)).toEqual({ outcome: "repeated" });
  });
});

test("an answer to an offer that was made again is late, and nobody's fault", async () => {
  const { caller, callee } = await twoEndsInCall();
  const first = await caller.offer(1, await describe("offer 1", 1));
  await callee.hear(first);
  const late = await callee.answer(await describe("answer 1", 2));
  await caller.offer(1, await describe("offer 1 again", 1));
  expect(await caller.hear(late)).toEqual({ outcome: "overtaken" });
  await caller.offer(2, await describe("offer 2", 1));
  expect(await caller.hear(late)).toEqual(refusedAs("wrong-round"));
});

group("an end refuses", () => {
  const disagreements: [string, Partial<OwnFacts>, string][] = [
    ["a description of another call", { callId: "01jd000000000000000000000d" }, "wrong-call"],
    ["one from another account", { callerAccount: "01jd000000000000000000000e" }, "wrong-account"],
    ["one for another account", { calleeAccount: "01jd000000000000000000000e" }, "wrong-account"],
    ["another kind of call", { kind: "audio" }, "wrong-kind"],
    ["another route", { route: "direct" }, "wrong-route"],
  ];
  test.each(disagreements)("%s", async (_, callee, fault) => {
    const ends = await twoEnds({ callee });
    const offer = await ends.caller.offer(0, await describe("offer 0", 1));
    expect(await ends.callee.hear(offer)).toEqual(refusedAs(fault));
  });

  test("a certificate that was not signed", async () => {
    const { caller, callee } = await twoEnds();
    const offer = await caller.offer(0, await describe("offer 0", 1));
    const swapped = { ...offer, described: await describe("offer 0", 9) };
    expect(await callee.hear(swapped)).toEqual(refusedAs("wrong-fingerprint"));
  });

  test("a second certificate beside the one that was signed", async () => {
    const { caller, callee } = await twoEnds();
    const offer = await caller.offer(0, await describe("offer 0", 1));
    const { fingerprints } = await describe("", 9);
    const described = {
      ...offer.described,
      fingerprints: [...offer.described.fingerprints, ...fingerprints],
    };
    expect(await callee.hear({ ...offer, described })).toEqual(refusedAs("wrong-fingerprint"));
  });

  test("a description without a certificate", async () => {
    const { caller, callee } = await twoEnds();
    const offer = await caller.offer(0, await describe("offer 0", 1));
    const described = { ...offer.described, fingerprints: [] };
    expect(await callee.hear({ ...offer, described })).toEqual(refusedAs("wrong-fingerprint"));
  });

  test("a description that was edited", async () => {
    const { caller, callee } = await twoEnds();
    const offer = await caller.offer(0, await describe("offer 0", 1));
    const edited = { ...offer, described: await describe("offer 0, edited", 1) };
    expect(await callee.hear(edited)).toEqual(refusedAs("wrong-description"));
  });

  test("a transcript with any bit changed", async () => {
    const { caller, callee } = await twoEnds();
    const offer = await caller.offer(0, await describe("offer 0", 1));
    const { transcript, signature } = offer.signed;
    for (let bit = 0; bit < transcript.length * 8; bit += 7) {
      const signed = { transcript: flipped(transcript, bit), signature };
      expect((await callee.hear({ ...offer, signed })).outcome).toBe("refused");
    }
    const signed = { transcript, signature: flipped(signature, 3) };
    expect(await callee.hear({ ...offer, signed })).toEqual(refusedAs("wrong-signature"));
  });

  test("its own role's words, sent back to it", async () => {
    const { caller, callee, offer, answer } = await twoEndsInCall();
    expect(await caller.hear(offer)).toEqual(refusedAs("wrong-role"));
    expect(await callee.hear(answer)).toEqual(refusedAs("wrong-role"));
  });

  test("an old round that is played again", async () => {
    const { caller, callee, offer } = await twoEndsInCall();
    await callee.hear(await caller.offer(1, await describe("offer 1", 1)));
    expect(await callee.hear(offer)).toEqual(refusedAs("wrong-round"));
  });

  test("an old answer that is played again", async () => {
    const { caller, callee, answer } = await twoEndsInCall();
    await callee.hear(await caller.offer(1, await describe("offer 1", 1)));
    await caller.hear(await callee.answer(await describe("answer 1", 2)));
    expect(await caller.hear(answer)).toEqual(refusedAs("wrong-round"));
  });

  test("an answer before it has offered", async () => {
    const { answer } = await twoEndsInCall();
    const { caller } = await twoEnds();
    expect(await caller.hear(answer)).toEqual(refusedAs("wrong-device"));
  });

  test("another certificate in an ICE restart", async () => {
    const { caller, callee } = await twoEndsInCall();
    const offer = await caller.offer(1, await describe("offer 1", 9));
    expect(await callee.hear(offer)).toEqual(refusedAs("fingerprint-changed"));
  });

  test("another certificate in the answer to an ICE restart", async () => {
    const { caller, callee } = await twoEndsInCall();
    await callee.hear(await caller.offer(1, await describe("offer 1", 1)));
    const answer = await callee.answer(await describe("answer 1", 9));
    expect(await caller.hear(answer)).toEqual(refusedAs("fingerprint-changed"));
  });

  test("a later round from another device of the other account", async () => {
    const { caller, callee } = await twoEndsInCall();
    const offer = await caller.offer(1, await describe("offer 1", 1));
    const ghost = await makeDevice();
    const forged = await forge(offer, { callerDevice: ghost.publicKey }, ghost);
    expect(await callee.hear(forged)).toEqual(refusedAs("wrong-device"));
  });

  test("a key of somebody else under the name of the device", async () => {
    const { caller, callee } = await twoEnds();
    const offer = await caller.offer(0, await describe("offer 0", 1));
    const forged = await forge(offer, {}, await makeDevice());
    expect(await callee.hear(forged)).toEqual(refusedAs("wrong-signature"));
  });

  test("a new connection that is not chained to how the call began", async () => {
    const { caller, callee } = await twoEndsInCall();
    const other = await twoEndsInCall();
    const offer = await caller.offer(1, await describe("offer 1", 3), true);
    const root = other.caller.agreement.root?.hash;
    if (root === undefined) throw new Error("it has begun");
    const forged = await forge(offer, { root }, caller.device);
    expect(await callee.hear(forged)).toEqual(refusedAs("wrong-chain"));
  });

  test("an answer to another offer", async () => {
    const { caller, callee } = await twoEnds();
    await callee.hear(await caller.offer(0, await describe("offer 0", 1)));
    const answer = await callee.answer(await describe("answer 0", 2));
    const later = await twoEnds();
    const again = await later.caller.offer(0, await describe("offer 0, again", 1));
    const facts = { callerDevice: later.caller.device.publicKey };
    const forged = await forge(answer, facts, callee.device);
    expect(again.signed.transcript).not.toEqual(answer.signed.transcript);
    expect(await later.caller.hear(forged)).toEqual(refusedAs("wrong-chain"));
  });

  test("a restart before the two have begun", async () => {
    const { caller } = await twoEndsInCall();
    const { callee } = await twoEnds();
    const offer = await caller.offer(1, await describe("offer 1", 1));
    expect(await callee.hear(offer)).toMatchObject({ outcome: "refused" });
  });
});

test("what an end may not say, it cannot sign", async () => {
  const { caller, callee } = await twoEnds();
  const described = await describe("anything", 1);
  await expect(callee.offer(0, described)).rejects.toThrow(RangeError);
  await expect(callee.answer(described)).rejects.toThrow(RangeError);
  await expect(caller.offer(1, described)).rejects.toThrow(RangeError);
  await expect(caller.answer(described)).rejects.toThrow(RangeError);
});

test("the platform's cryptography takes a broken key for no key", async () => {
  const { offer } = await twoEndsInCall();
  const { transcript, signature } = offer.signed;
  expect(await webCrypto.verifyEd25519(new Uint8Array(31), signature, transcript)).toBe(false);
});
