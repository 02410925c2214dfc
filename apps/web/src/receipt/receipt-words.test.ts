import type { Breach, Receipt } from "@ringfence/client";
import { describe, expect, it } from "vitest";
import {
  breachWords,
  encryptionWords,
  keptWords,
  routeWords,
  seenWords,
  shownAddresses,
  whoWords,
} from "./receipt-words.ts";

const relayed = { own: "relay", other: "relay", relayProtocol: "udp", since: 0 } as const;
const direct = { own: "srflx", other: "host", relayProtocol: null, since: 0 } as const;
const told = {
  dtlsVersion: "1.3",
  dtlsCipher: "TLS_AES_128_GCM_SHA256",
  srtpCipher: "AEAD_AES_128_GCM",
  ownCertificate: "sha-256 0A",
  otherCertificate: "sha-256 0B",
} as const;
const theirs = { by: "other", transcript: "", signature: null } as const;

/** Alice's, of a relayed call to Bob in which nothing was special. */
function receipt({ call, ...change }: Partial<Omit<Receipt, "call">> & { call?: object } = {}) {
  const whole: Receipt = {
    call: {
      id: "0".repeat(26),
      kind: "audio",
      caller: "alice",
      callee: "bob",
      madeBy: "caller",
      route: "relayed",
      begunAt: 0,
      connectedAt: 1_000,
      endedAt: 60_000,
      end: "hung-up",
      ...call,
    },
    device: "own",
    other: { device: "theirs", trust: "not-compared", isComparedHere: false, fault: null },
    emoji: null,
    shown: [],
    paths: [relayed],
    encryption: [told],
    descriptions: [theirs],
    leftOut: 0,
    ...change,
  };
  return whole;
}

describe("what the other could have seen", () => {
  it("is nothing in a relayed call, and says whose address stood there", () => {
    expect(seenWords(receipt())).toBe(
      "No address of yours. To the device of @bob you were at the relay's.",
    );
  });

  it("claims nothing of a relay where nothing was connected", () => {
    expect(seenWords(receipt({ paths: [] }))).toBe(
      "No address of yours went to the device of @bob.",
    );
  });

  it("claims no more than the browser tells where the way was another", () => {
    expect(seenWords(receipt({ paths: [direct] }))).toBe(
      "No address of yours that this browser tells of.",
    );
  });

  it.each([[[direct]], [[relayed]], [[]]])(
    "claims no more than the browser tells where a direct way was looked for: %j",
    (paths) => {
      expect(seenWords(receipt({ paths, call: { route: "direct" } }))).toBe(
        "The two of you had allowed direct calls. This browser tells of no address of yours that went out.",
      );
    },
  );

  it("is each address once, by what it is to the world", () => {
    const shown = [
      { address: "203.0.113.7", type: "host", how: "used" },
      { address: "192.168.1.5", type: "host", how: "told" },
      { address: "203.0.113.7", type: "srflx", how: "told" },
    ] as const;
    const all = receipt({ shown: [...shown], call: { route: "direct" } });
    expect(seenWords(all)).toContain("The two of you had allowed direct calls.");
    expect(shownAddresses(all)).toEqual([
      { address: "203.0.113.7", words: "your internet address" },
      { address: "192.168.1.5", words: "this device's address in its own network" },
    ]);
  });
});

describe("the way it took", () => {
  const tcp = { ...relayed, relayProtocol: "tcp" } as const;
  const cases: [string, Receipt, string | RegExp][] = [
    ["relayed", receipt(), "Through the relay, all the way, which you reached over UDP."],
    ["relayed over this and that", receipt({ paths: [relayed, tcp] }), /all the way\.$/],
    ["direct", receipt({ paths: [direct] }), "Directly between your two devices."],
    ["both", receipt({ paths: [relayed, direct] }), /^Through the relay at times, and directly/],
    ["none", receipt({ paths: [] }), /^No connection came about/],
    [
      "relayed, where a direct one was not found",
      receipt({ call: { route: "direct" } }),
      /No direct way was found\.$/,
    ],
  ];
  it.each(cases)("is said where it was %s", (_, one, words) => {
    expect(routeWords(one)).toMatch(words);
  });
});

describe("the encryption", () => {
  it("is what the browser tells, and no key exchange, which it does not tell", () => {
    expect(encryptionWords(receipt(), [])).toEqual([
      "End-to-end, between your two browsers.",
      "DTLS 1.3, TLS_AES_128_GCM_SHA256, AEAD_AES_128_GCM.",
      "This browser does not tell which key exchange it used.",
      "What the other device said of its connection was signed, and checked before it was used. The certificate was the one that was signed.",
    ]);
  });

  it("claims nothing in a browser that tells nothing", () => {
    const words = encryptionWords(receipt({ encryption: [] }), []).join(" ");
    expect(words).not.toMatch(/DTLS|certificate/);
    expect(words).toContain("This browser tells no more of it.");
  });

  const unsure: [string, Receipt, Breach[]][] = [
    ["another was used", receipt(), ["another-certificate"]],
    ["another was refused", receipt({ other: { ...receipt().other, fault: "certificate" } }), []],
    ["what signed it may have been left out", receipt({ leftOut: 1 }), []],
  ];
  it.each(unsure)("does not call the certificate signed where %s", (_, one, breaches) => {
    expect(encryptionWords(one, breaches).join(" ")).not.toContain("certificate");
  });

  it("was none where nothing was sent", () => {
    expect(encryptionWords(receipt({ encryption: [], paths: [] }), [])).toEqual([
      "Nothing was sent.",
    ]);
  });
});

describe("who it was", () => {
  const cases: [Partial<Receipt["other"]>, string][] = [
    [{ isComparedHere: true, trust: "compared" }, "matched"],
    [{ trust: "compared" }, "before"],
    [{ trust: "linked-to-compared" }, "linked"],
    [{ trust: "not-compared" }, "never compared"],
    [{ trust: "changed" }, "You called anyway"],
    [{ trust: "compared", isComparedHere: true, fault: "different-emoji" }, "they differed"],
    [{ trust: null }, "not decided"],
    [{ trust: null, device: null }, "No device"],
  ];
  it.each(cases)("%j", (change, words) => {
    const other = { ...receipt().other, ...change };
    expect(whoWords(receipt({ other }))).toContain(words);
  });
});

describe("what the server keeps", () => {
  const [year, ...rest] = keptWords(receipt(), 365);

  it("is this side's record until a day, and the other's for as long as they chose", () => {
    expect(year).toMatch(/in your record until .*1971/);
    expect(year).toContain("the other’s record for as long as they chose");
    expect(keptWords(receipt(), null)[0]).toContain("as long as your settings say");
  });

  it("is not a record until today where one keeps none", () => {
    expect(keptWords(receipt(), 0)[0]).toContain("not in your record");
    expect(keptWords(receipt(), 0)[0]).not.toContain("until");
  });

  it("is also what the rules remember, and never an address", () => {
    expect(rest.join(" ")).toMatch(/for 25 hours.*for half a year.*No address, no sound/);
  });
});

const breaches: Breach[] = [
  "address-shown",
  "not-relayed",
  "another-certificate",
  "different-emoji",
  "untrusted",
];
it.each(breaches)("says what to do where a promise was broken: %s", (breach) => {
  expect(breachWords(breach, "bob")).toMatch(/Tell whoever runs|Ask @bob/);
});
