import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64url, fromBase64url } from "../base64url.ts";
import { flipped, makeDevice, webCrypto } from "../test/web-crypto.ts";
import { makeReceipt, throughJson } from "../test/test-receipt.ts";
import { checkReceipt } from "./check-receipt.ts";
import { signReceipt } from "./encode-receipt.ts";
import type { Receipt } from "./receipt.ts";

const everything = {
  signature: "holds",
  "own-descriptions": "holds",
  "other-signatures": "absent",
  facts: "holds",
  chain: "holds",
  certificates: "holds",
  emoji: "holds",
  times: "holds",
};

/** Signed again with the very key of the device, so that only what is meant does not hold. */
async function checkChanged(change: (receipt: Receipt) => Partial<Receipt>) {
  const { receipt, caller } = await makeReceipt();
  const file = await signReceipt({ ...receipt, ...change(receipt) }, caller.device);
  return checkReceipt(webCrypto, throughJson(file));
}

describe("a receipt of an honest call", () => {
  test("holds without the other's signatures, and promises nothing that was not kept", async () => {
    const { file, receipt } = await makeReceipt();
    expect(await checkReceipt(webCrypto, throughJson(file))).toEqual({
      outcome: "checked",
      receipt,
      checks: everything,
      breaches: [],
    });
  });

  test("holds with the other's signatures too", async () => {
    const { file, otherSignatures } = await makeReceipt();
    const checked = await checkReceipt(webCrypto, throughJson({ ...file, otherSignatures }));
    expect(checked).toMatchObject({ checks: { ...everything, "other-signatures": "holds" } });
  });

  test("holds in whatever order its JSON has its fields", async () => {
    const { file } = await makeReceipt();
    const turned = Object.fromEntries(Object.entries(file.receipt).toReversed());
    const checked = await checkReceipt(webCrypto, { ...file, receipt: turned });
    expect(checked).toMatchObject({ checks: everything });
  });

  test("of which the beginning is left out still goes on from one beginning", async () => {
    const checked = await checkChanged(({ descriptions }) => ({
      descriptions: descriptions.slice(2),
      leftOut: 2,
      emoji: null,
    }));
    expect(checked).toMatchObject({ checks: { chain: "holds", certificates: "absent" } });
  });
});

describe("a receipt does not hold", () => {
  test("once a single value in it is another", async () => {
    const { file, receipt } = await makeReceipt();
    const changes: Partial<Receipt>[] = [
      { leftOut: 1 },
      { shown: [{ address: "192.0.2.1", type: "host", how: "told" }] },
      { paths: [] },
      { emoji: null },
      { encryption: receipt.encryption.map((each) => ({ ...each, dtlsVersion: "1.2" as const })) },
      { call: { ...receipt.call, endedAt: receipt.call.endedAt + 1 } },
      { other: { ...receipt.other, trust: "not-compared" } },
    ];
    for (const change of changes) {
      const changed = { ...file, receipt: { ...receipt, ...change } };
      expect(await checkReceipt(webCrypto, throughJson(changed))).toMatchObject({
        checks: { signature: "fails" },
      });
    }
  });

  test("under another device's name", async () => {
    const { file, receipt } = await makeReceipt();
    const device = base64url((await makeDevice()).publicKey);
    const changed = { ...file, receipt: { ...receipt, device } };
    expect(await checkReceipt(webCrypto, throughJson(changed))).toMatchObject({
      checks: { signature: "fails", "own-descriptions": "fails", facts: "fails" },
    });
  });

  const lies: [string, (receipt: Receipt) => Partial<Receipt>, Record<string, string>][] = [
    [
      "about which call it is",
      ({ call }) => ({ call: { ...call, id: "01jd000000000000000000000d" } }),
      { facts: "fails" },
    ],
    [
      "about the people",
      ({ call }) => ({ call: { ...call, callee: "mallory" } }),
      { facts: "fails" },
    ],
    ["about the kind", ({ call }) => ({ call: { ...call, kind: "audio" } }), { facts: "fails" }],
    ["about the route", ({ call }) => ({ call: { ...call, route: "direct" } }), { facts: "fails" }],
    ["about the role", ({ call }) => ({ call: { ...call, madeBy: "callee" } }), { facts: "fails" }],
    [
      "about the other device",
      ({ other, device }) => ({ other: { ...other, device } }),
      { facts: "fails" },
    ],
    [
      "about what the other said",
      ({ descriptions }) => ({ descriptions: descriptions.filter((_, place) => place !== 1) }),
      { chain: "fails", certificates: "holds", emoji: "fails" },
    ],
    [
      "about the order",
      ({ descriptions }) => ({ descriptions: descriptions.toReversed() }),
      { chain: "fails" },
    ],
    [
      "about a certificate",
      ({ encryption }) => ({
        encryption: encryption.map((each) => ({ ...each, otherCertificate: each.ownCertificate })),
      }),
      { certificates: "fails" },
    ],
    [
      "about the emoji",
      ({ emoji }) => ({ emoji: emoji && { ...emoji, words: emoji.words.toReversed() } }),
      { emoji: "fails" },
    ],
    [
      "about the nonce",
      ({ emoji }) => ({ emoji: emoji && { ...emoji, callerNonce: "AAAA" } }),
      { emoji: "fails" },
    ],
    [
      "about when it ended",
      ({ call }) => ({ call: { ...call, endedAt: call.begunAt } }),
      { times: "fails" },
    ],
  ];
  test.each(lies)("that its own device signed with a lie %s", async (_, change, fails) => {
    expect(await checkChanged(change)).toMatchObject({ checks: { signature: "holds", ...fails } });
  });

  test("where the other's signatures are somebody else's, or not all", async () => {
    const { file, otherSignatures } = await makeReceipt();
    const [first] = otherSignatures;
    const forged = otherSignatures.map(({ description, signature }) => {
      const bytes = fromBase64url(signature);
      return { description, signature: bytes === null ? "" : base64url(flipped(bytes, 7)) };
    });
    for (const signatures of [forged, [first], []]) {
      const changed = { ...file, otherSignatures: signatures };
      expect(await checkReceipt(webCrypto, changed)).toMatchObject({
        checks: { "other-signatures": "fails" },
      });
    }
  });
});

describe("what was not as promised", () => {
  const shown = [{ address: "192.0.2.1", type: "srflx", how: "told" }] as const;
  const paths = [{ own: "srflx", other: "host", relayProtocol: null, since: 0 }] as const;
  const cases: [string, (receipt: Receipt) => Partial<Receipt>, string[]][] = [
    ["an address in a relayed call", () => ({ shown: [...shown] }), ["address-shown"]],
    ["another way in a relayed call", () => ({ paths: [...paths] }), ["not-relayed"]],
    [
      "neither in a direct one",
      ({ call }) => ({ call: { ...call, route: "direct" }, shown: [...shown], paths: [...paths] }),
      [],
    ],
    [
      "a certificate that nobody signed",
      ({ encryption }) => ({
        encryption: encryption.map((each) => ({ ...each, otherCertificate: "sha-256 00" })),
      }),
      ["another-certificate"],
    ],
    [
      "a call that was ended for its safety",
      ({ other }) => ({ other: { ...other, fault: "wrong-fingerprint" } }),
      ["untrusted"],
    ],
    [
      "a call whose emoji differed",
      ({ other }) => ({ other: { ...other, fault: "different-emoji" } }),
      ["different-emoji"],
    ],
  ];
  test.each(cases)("is %s", async (_, change, breaches) => {
    expect(await checkChanged(change)).toMatchObject({ breaches });
  });
});

describe("a file that is no receipt", () => {
  test.each([[null], [17], ["ringfence receipt"], [[]], [{}], [{ type: "receipt" }]])(
    "is said to be none: %j",
    async (value) => {
      const checked = await checkReceipt(webCrypto, value);
      expect(checked).toEqual({ outcome: "unreadable", fault: "not-a-receipt" });
    },
  );

  test("but one of another version is known by it", async () => {
    const { file } = await makeReceipt();
    expect(await checkReceipt(webCrypto, { ...file, version: 2 })).toEqual({
      outcome: "unreadable",
      fault: "other-version",
    });
  });

  test("or has a place where it is broken", async () => {
    const { file, receipt } = await makeReceipt();
    const broken: [object, string][] = [
      [{ ...file, signature: 5 }, "/signature"],
      [{ ...file, receipt: { ...receipt, device: "short" } }, "/receipt/device"],
      [{ ...file, receipt: { ...receipt, shown: [{}] } }, "/receipt/shown/0/address"],
      [{ ...file, receipt: { ...receipt, emoji: undefined } }, "/receipt/emoji"],
      [{ ...file, more: 1 }, ""],
      [
        { ...file, receipt: { ...receipt, call: { ...receipt.call, end: "f\u00fcr immer" } } },
        "/receipt/call/end",
      ],
    ];
    for (const [value, at] of broken) {
      const checked = await checkReceipt(webCrypto, value);
      expect(checked).toEqual({ outcome: "unreadable", fault: "malformed", at });
    }
  });

  test("never makes the check fall over, whatever is put in place of a value", async () => {
    const { file } = await makeReceipt();
    const text = JSON.stringify(file);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.nat(40),
        fc.string({ maxLength: 12 }),
        async (start, length, put) => {
          let value: unknown;
          try {
            value = JSON.parse(text.slice(0, start) + put + text.slice(start + length));
          } catch {
            return;
          }
          const checked = await checkReceipt(webCrypto, value);
          const isTheSame = JSON.stringify(value) === text;
          if (checked.outcome === "unreadable" || isTheSame) return;
          // Whatever was changed in the receipt or its signature, the signature says so.
          expect(checked.checks.signature).toBe("fails");
        },
      ),
      { numRuns: 2_000, seed: 20261121 },
    );
  });
});
