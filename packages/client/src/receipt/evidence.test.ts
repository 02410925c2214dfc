import { breachesOf, checkReceipt, receiptLimits, signReceipt } from "@ringfence/e2ee";
import { describe, expect, it } from "vitest";
import { alice, aSample, certificate, TwoDevices } from "../../test/test-evidence.ts";
import { webCrypto } from "../identity/web-crypto.ts";
import {
  beginEvidence,
  type Evidence,
  makeReceipt,
  otherSignaturesOf,
  withCalledAnyway,
  withCandidate,
  withComparison,
  withDescription,
  withEmoji,
  withFault,
  withSample,
  withVerdict,
} from "./evidence.ts";

const begunAt = 1_000;

function begin({ call }: TwoDevices): Evidence {
  return beginEvidence(call, alice, begunAt);
}

async function shownAfter(candidates: string[]) {
  return candidates.reduce(withCandidate, begin(await TwoDevices.make("direct"))).shown;
}

describe("the evidence of an ordinary relayed call", () => {
  it("makes a receipt that holds, and in which everything is as promised", async () => {
    const devices = await TwoDevices.make();
    let evidence = begin(devices);
    for (let round = 0; round < 3; round++) {
      evidence = (await devices.exchange()).reduce(withDescription, evidence);
    }
    evidence = withVerdict(evidence, { verdict: "known", comparison: "not-compared" });
    evidence = withSample(evidence, aSample, 2_000);
    evidence = withSample(evidence, aSample, 6_000);
    const { emoji, callerNonce } = await devices.emoji();
    evidence = withComparison(withEmoji(evidence, emoji, callerNonce), "match");
    const ended = { ...evidence, connectedAt: 2_000, latestAt: 60_000 };
    const receipt = makeReceipt(ended, devices.alice.publicKey, "hung-up");
    expect(receipt).toMatchObject({
      call: { caller: "alice", callee: "bob", madeBy: "caller", connectedAt: 2_000 },
      other: { trust: "compared", isComparedHere: true, fault: null },
      shown: [],
      paths: [{ own: "relay", other: "relay", relayProtocol: "udp", since: 2_000 }],
      encryption: [{ dtlsVersion: "1.3", otherCertificate: certificate("other") }],
      leftOut: 0,
    });
    expect(receipt.descriptions).toHaveLength(6);
    expect(breachesOf(receipt)).toEqual([]);
    const file = await signReceipt(receipt, devices.alice);
    const otherSignatures = otherSignaturesOf(ended);
    const checked = await checkReceipt(webCrypto, { ...file, otherSignatures });
    if (checked.outcome !== "checked") throw new Error(checked.fault);
    expect(new Set(Object.values(checked.checks))).toEqual(new Set(["holds"]));
  });

  it("holds no signature of the other's in what is signed", async () => {
    const devices = await TwoDevices.make();
    const evidence = (await devices.exchange()).reduce(withDescription, begin(devices));
    const { descriptions } = makeReceipt(evidence, devices.alice.publicKey, "hung-up");
    expect(descriptions.map(({ by, signature }) => [by, signature === null])).toEqual([
      ["own", false],
      ["other", true],
    ]);
  });

  it("takes what it is told again for what it is", async () => {
    const devices = await TwoDevices.make();
    const said = await devices.exchange();
    const evidence = [...said, ...said].reduce(withDescription, begin(devices));
    expect(evidence.descriptions).toHaveLength(2);
  });

  it("keeps the beginning and the latest of a call with more rounds than a receipt holds", async () => {
    const devices = await TwoDevices.make();
    let evidence = begin(devices);
    for (let round = 0; round < receiptLimits.descriptionsMax; round++) {
      evidence = (await devices.exchange()).reduce(withDescription, evidence);
    }
    expect(evidence.descriptions).toHaveLength(receiptLimits.descriptionsMax);
    expect(evidence.leftOut).toBe(receiptLimits.descriptionsMax);
    const file = await signReceipt(
      makeReceipt(evidence, devices.alice.publicKey, "lost"),
      devices.alice,
    );
    expect(await checkReceipt(webCrypto, file)).toMatchObject({
      checks: { signature: "holds", chain: "holds", facts: "holds" },
    });
  }, 60_000);
});

describe("what the other's device could have seen", () => {
  it("is in the candidates that went there, by kind and address, each once", async () => {
    const host = "candidate:1 1 udp 2113942271 192.168.1.5 55370 typ host";
    const reflexive = "candidate:r1 1 udp 1694498815 203.0.113.77 50000 typ srflx raddr 0.0.0.0";
    expect(await shownAfter([host, reflexive, host])).toEqual([
      { address: "192.168.1.5", type: "host", how: "told" },
      { address: "203.0.113.77", type: "srflx", how: "told" },
    ]);
  });

  it("is not the relay's address, nor a name that the browser made up", async () => {
    const relayed = "candidate:1 1 udp 58597375 198.51.100.7 49152 typ relay raddr 0.0.0.0 rport 0";
    const name = "candidate:1 1 udp 2113942271 6a1c5b9e-0000.local 55370 typ host";
    expect(await shownAfter([relayed, name, "candidate:", ""])).toEqual([]);
  });

  it("is in this side's descriptions too, and never in the other's", async () => {
    const devices = await TwoDevices.make("direct");
    const line = "a=candidate:1 1 udp 2113942271 192.168.1.5 55370 typ host";
    const [own, other] = await devices.exchange([line]);
    if (own === undefined || other === undefined) throw new Error("both said something");
    const shown = [{ address: "192.168.1.5", type: "host", how: "told" }];
    expect(withDescription(begin(devices), own).shown).toEqual(shown);
    const theirs = { ...other, signed: { ...other.signed, description: line } };
    expect(withDescription(begin(devices), theirs).shown).toEqual([]);
  });

  it("is what media went out from, where that was not the relay", async () => {
    const direct = { ...aSample, path: { ...aSample.path, own: "host", other: "srflx" } } as const;
    const path = { ...direct.path, relayProtocol: null, ownAddress: "2001:db8::5" } as const;
    const evidence = withSample(begin(await TwoDevices.make("direct")), { ...direct, path }, 2_000);
    expect(evidence.shown).toEqual([{ address: "2001:db8::5", type: "host", how: "used" }]);
  });
});

describe("a sample", () => {
  it("makes a new way of each change, and none of a way that stays", async () => {
    const tls = { ...aSample, path: { ...aSample.path, relayProtocol: "tls" } } as typeof aSample;
    const samples = [aSample, aSample, tls, tls, aSample];
    const evidence = samples.reduce(
      (before, sample, place) => withSample(before, sample, 2_000 + place),
      begin(await TwoDevices.make()),
    );
    expect(evidence.paths.map(({ relayProtocol, since }) => [relayProtocol, since])).toEqual([
      ["udp", 2_000],
      ["tls", 2_002],
      ["udp", 2_004],
    ]);
    expect(evidence.encryption).toHaveLength(1);
  });

  it("of a connection that closes, of which less is told, adds nothing", async () => {
    const before = withSample(begin(await TwoDevices.make()), aSample, 2_000);
    const closing = { ...aSample, path: null, otherCertificate: null };
    expect(withSample(before, closing, 3_000).encryption).toEqual(before.encryption);
  });

  it("that tells the certificate at last takes the place of the one that did not", async () => {
    const early = withSample(
      begin(await TwoDevices.make()),
      { ...aSample, otherCertificate: null },
      2_000,
    );
    expect(early.encryption).toMatchObject([{ otherCertificate: null }]);
    const { otherCertificate } = aSample;
    expect(withSample(early, aSample, 3_000).encryption).toMatchObject([{ otherCertificate }]);
  });

  it("of another connection stands beside the one before", async () => {
    const before = withSample(begin(await TwoDevices.make()), aSample, 2_000);
    const next = { ...aSample, ownCertificate: "sha-256 0C", otherCertificate: null };
    expect(withSample(before, next, 3_000).encryption).toHaveLength(2);
  });

  it("before there is a connection adds nothing", async () => {
    const nothing = {
      path: null,
      dtlsVersion: null,
      dtlsCipher: null,
      srtpCipher: null,
      ownCertificate: null,
      otherCertificate: null,
    };
    const before = begin(await TwoDevices.make());
    expect(withSample(before, nothing, 2_000)).toBe(before);
  });
});

describe("how far the other's device was believed", () => {
  const cases: [string, (evidence: Evidence) => Evidence, string | null][] = [
    ["a stranger's", (each) => withVerdict(each, { verdict: "first-contact" }), "not-compared"],
    [
      "one that a compared device signed for",
      (each) => withVerdict(each, { verdict: "known", comparison: "linked-to-compared" }),
      "linked-to-compared",
    ],
    [
      "another than was known, before the person said anything",
      (each) => withVerdict(each, { verdict: "changed", change: "not-linked" }),
      null,
    ],
    ["another than was known, called anyway", withCalledAnyway, "changed"],
    ["one that was compared in this call", (each) => withComparison(each, "match"), "compared"],
  ];
  it.each(cases)("is said of %s", async (_, change, trust) => {
    expect(change(begin(await TwoDevices.make())).trust).toBe(trust);
  });

  it("ends with the word for what did not fit", async () => {
    const before = begin(await TwoDevices.make());
    expect(withComparison(before, "differ").fault).toBe("different-emoji");
    expect(withFault(before, { type: "certificate" }).fault).toBe("certificate");
    const chain = { type: "identity", fault: { type: "forked" } } as const;
    expect(withFault(before, chain).fault).toBe("chain-forked");
    const said = { type: "description", fault: "wrong-fingerprint" } as const;
    expect(withFault(before, said).fault).toBe("wrong-fingerprint");
  });
});
