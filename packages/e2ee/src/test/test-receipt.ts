import { base64url } from "../base64url.ts";
import { shortAuthenticationString } from "../comparing/short-authentication-string.ts";
import { signReceipt } from "../receipt/encode-receipt.ts";
import type { Receipt, ReceiptFile } from "../receipt/receipt.ts";
import { formatFingerprint } from "../transcript/fingerprint.ts";
import { calleeNonce, callerNonce, describe, type Said, twoEndsInCall } from "./two-ends.ts";
import { webCrypto } from "./web-crypto.ts";

const begunAt = Date.parse("2026-03-01T12:00:00Z");

/** A relayed video call with an ICE restart, as its caller's device says it. */
export async function makeReceipt() {
  const ends = await twoEndsInCall();
  const { caller, callee, offer, answer } = ends;
  const offerAgain = await caller.offer(1, await describe("offer 1", 1));
  await callee.hear(offerAgain);
  const answerAgain = await callee.answer(await describe("answer 1", 2));
  await caller.hear(answerAgain);
  const said = [offer, answer, offerAgain, answerAgain];
  const { facts, root } = caller.agreement;
  if (root === null) throw new Error("they are in a call");
  const emoji = await shortAuthenticationString(webCrypto, {
    offer: root.transcript.offer,
    answer: root.hash,
    callerNonce,
    calleeNonce,
  });
  const receipt: Receipt = {
    call: {
      id: facts.callId,
      kind: facts.kind,
      caller: facts.callerAccount,
      callee: facts.calleeAccount,
      madeBy: "caller",
      route: facts.route,
      begunAt,
      connectedAt: begunAt + 5_000,
      endedAt: begunAt + 65_000,
      end: "hung-up",
    },
    device: base64url(caller.device.publicKey),
    other: {
      device: base64url(callee.device.publicKey),
      trust: "compared",
      isComparedHere: true,
      fault: null,
    },
    emoji: { words: emoji.map(({ word }) => word), callerNonce: base64url(callerNonce) },
    shown: [],
    paths: [{ own: "relay", other: "relay", relayProtocol: "udp", since: begunAt + 4_000 }],
    encryption: [
      {
        dtlsVersion: "1.3",
        dtlsCipher: "TLS_AES_128_GCM_SHA256",
        srtpCipher: "AEAD_AES_128_GCM",
        ownCertificate: certificateOf(offer),
        otherCertificate: certificateOf(answer),
      },
    ],
    descriptions: said.map(({ signed }, place) => ({
      by: place % 2 === 0 ? ("own" as const) : ("other" as const),
      transcript: base64url(signed.transcript),
      signature: place % 2 === 0 ? base64url(signed.signature) : null,
    })),
    leftOut: 0,
  };
  const otherSignatures = [1, 3].flatMap((description) => {
    const one = said[description];
    return one === undefined ? [] : [{ description, signature: base64url(one.signed.signature) }];
  });
  return { ...ends, receipt, otherSignatures, file: await signReceipt(receipt, caller.device) };
}

function certificateOf({ described }: Said): string {
  const [fingerprint] = described.fingerprints;
  return fingerprint === undefined ? "" : formatFingerprint(fingerprint);
}

/** What a file says once it was written and read again. */
export function throughJson(file: ReceiptFile): unknown {
  return JSON.parse(JSON.stringify(file));
}
