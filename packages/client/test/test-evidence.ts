import {
  base64url,
  beginAgreement,
  type CallAgreement,
  commitTo,
  type DeviceSigner,
  hearDescription,
  parseFingerprint,
  shortAuthenticationString,
  signAnswer,
  signOffer,
} from "@ringfence/e2ee";
import { type CallId, type CallRoute, Handle } from "@ringfence/protocol";
import type { CheckedDescription, EvidencedCall } from "../src/calls/call-evidence.ts";
import { makeIdentity, signerOf, webCrypto } from "../src/identity/web-crypto.ts";
import type { ConnectionSample } from "../src/media/connection-sample.ts";

export const alice = Handle.parse("alice");
const callId = "0".repeat(26) as CallId;

export function certificate(side: "own" | "other"): string {
  return `sha-256 ${Array.from({ length: 32 }, () => (side === "own" ? "0A" : "0B")).join(":")}`;
}

/** Of an ordinary relayed call. */
export const aSample: ConnectionSample = {
  path: { own: "relay", other: "relay", relayProtocol: "udp", ownAddress: "203.0.113.9" },
  dtlsVersion: "1.3",
  dtlsCipher: "TLS_AES_128_GCM_SHA256",
  srtpCipher: "AEAD_AES_128_GCM",
  ownCertificate: certificate("own"),
  otherCertificate: certificate("other"),
};

async function makeSigner(): Promise<DeviceSigner> {
  return signerOf(await makeIdentity());
}

/** Two devices that really sign: Alice's, which calls, and Bob's. */
export class TwoDevices {
  readonly call: EvidencedCall;
  readonly alice: DeviceSigner;
  readonly #bob: DeviceSigner;
  #caller: CallAgreement;
  #callee: CallAgreement;
  #round = 0;

  private constructor(route: CallRoute, signers: [DeviceSigner, DeviceSigner]) {
    [this.alice, this.#bob] = signers;
    const bob = Handle.parse("bob");
    this.call = { callId, role: "caller", with: bob, kind: "audio", route };
    const facts = {
      callId,
      callerAccount: alice,
      calleeAccount: bob,
      kind: "audio",
      route,
    } as const;
    const ownDevice = this.alice.publicKey;
    this.#caller = beginAgreement({ ...facts, role: "caller", ownDevice });
    this.#callee = beginAgreement({ ...facts, role: "callee", ownDevice: this.#bob.publicKey });
  }

  static async make(route: CallRoute = "relayed"): Promise<TwoDevices> {
    return new TwoDevices(route, [await makeSigner(), await makeSigner()]);
  }

  /**
   * An offer and its answer, as Alice's device has them. After the first they restart ICE.
   *
   * @param candidates lines of Alice's description
   */
  async exchange(candidates: readonly string[] = []): Promise<CheckedDescription[]> {
    const round = this.#round++;
    const offerText = ["v=0", ...candidates, `offer ${round}`].join("\r\n");
    const described = await describe(offerText, "own");
    const commitment = await commitTo(webCrypto, nonceOf(1));
    const isNewConnection = round === 0;
    const details = { round, isNewConnection, commitment };
    const offer = await signOffer(webCrypto, this.#caller, this.alice, described, details);
    const heard = await hearDescription(webCrypto, this.#callee, offer.signed, described);
    if (heard.outcome !== "accepted") throw new Error("Bob refuses it");
    const answered = await describe(`answer ${round}`, "other");
    const answer = await signAnswer(webCrypto, heard.agreement, this.#bob, answered, nonceOf(2));
    this.#callee = answer.agreement;
    const back = await hearDescription(webCrypto, offer.agreement, answer.signed, answered);
    if (back.outcome !== "accepted") throw new Error("Alice refuses it");
    this.#caller = back.agreement;
    const said = ({ transcript, signature }: (typeof offer)["signed"], description: string) => ({
      description,
      transcript: base64url(transcript),
      signature: base64url(signature),
    });
    return [
      { by: "own", round, signed: said(offer.signed, offerText) },
      { by: "other", round, signed: said(answer.signed, `answer ${round}`) },
    ];
  }

  async emoji() {
    const { root } = this.#caller;
    if (root === null) throw new Error("they said nothing yet");
    const [callerNonce, calleeNonce] = [nonceOf(1), nonceOf(2)];
    const start = { offer: root.transcript.offer, answer: root.hash, callerNonce, calleeNonce };
    return { emoji: await shortAuthenticationString(webCrypto, start), callerNonce };
  }
}

function nonceOf(value: number) {
  return new Uint8Array(32).fill(value);
}

async function describe(text: string, side: "own" | "other") {
  const fingerprint = parseFingerprint(certificate(side));
  if (fingerprint === null) throw new Error("a fingerprint of this test's own");
  const hash = await webCrypto.sha256(new TextEncoder().encode(text));
  return { fingerprints: [fingerprint], hash };
}
