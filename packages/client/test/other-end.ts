import {
  base64url,
  beginAgreement,
  beginChain,
  type CallAgreement,
  commitTo,
  type DeviceSigner,
  type Emoji,
  hearDescription,
  type OwnFacts,
  shortAuthenticationString,
  signAnswer,
  signOffer,
} from "@ringfence/e2ee";
import { Buffer } from "node:buffer";
import type { CallId, CallRoute, DeviceChain, SignedDescription } from "@ringfence/protocol";
import { describedFacts } from "../src/calls/described-facts.ts";
import { makeIdentity, signerOf, webCrypto } from "../src/identity/web-crypto.ts";

/** Somebody's only device, and the chain that it began. */
export interface TestDevice {
  signer: DeviceSigner;
  chain: DeviceChain;
}

export async function makeDevice(account: string): Promise<TestDevice> {
  const signer = signerOf(await makeIdentity());
  const { statement, signatures } = await beginChain(account, signer, new Uint8Array(16));
  const line = { statement: base64url(statement), signatures: signatures.map(base64url) };
  return { signer, chain: [line] };
}

/** A description with a certificate: the same for the same name. */
export function described(text: string, certificate = "BB"): string {
  const pairs = Array.from({ length: 32 }, () => certificate).join(":");
  return `${text}\r\na=fingerprint:sha-256 ${pairs}\r\n`;
}

/** The other end of a call with Alice: it signs honestly, whatever is done with that on the way. */
export class OtherEnd {
  readonly device: TestDevice;
  agreement: CallAgreement;
  nonce = new Uint8Array(32).fill(7);

  constructor(device: TestDevice, facts: Omit<OwnFacts, "ownDevice">) {
    this.device = device;
    this.agreement = beginAgreement({ ...facts, ownDevice: device.signer.publicKey });
  }

  get opened(): string {
    return base64url(this.nonce);
  }

  async offer(
    description: string,
    round = 0,
    isNewConnection = round === 0,
  ): Promise<SignedDescription> {
    const facts = await describedFacts(webCrypto, description);
    const commitment = await commitTo(webCrypto, this.nonce);
    const details = { round, isNewConnection, commitment };
    const { signer } = this.device;
    return this.#say(
      description,
      await signOffer(webCrypto, this.agreement, signer, facts, details),
    );
  }

  async answer(description: string): Promise<SignedDescription> {
    const facts = await describedFacts(webCrypto, description);
    const { signer } = this.device;
    return this.#say(
      description,
      await signAnswer(webCrypto, this.agreement, signer, facts, this.nonce),
    );
  }

  /** Takes what Alice's device has signed. */
  async hear({ description, transcript, signature }: SignedDescription): Promise<void> {
    const signed = { transcript: bytes(transcript), signature: bytes(signature) };
    const facts = await describedFacts(webCrypto, description);
    const checked = await hearDescription(webCrypto, this.agreement, signed, facts);
    if (checked.outcome === "refused") throw new Error(`the other end refuses: ${checked.fault}`);
    if (checked.outcome === "accepted") this.agreement = checked.agreement;
  }

  /** What is read out, as the caller. */
  async emoji(): Promise<readonly Emoji[] | null> {
    const { root } = this.agreement;
    if (root === null) return null;
    const { offer, nonce: calleeNonce } = root.transcript;
    const start = { offer, answer: root.hash, callerNonce: this.nonce, calleeNonce };
    return shortAuthenticationString(webCrypto, start);
  }

  #say(
    description: string,
    { signed, agreement }: Awaited<ReturnType<typeof signOffer>>,
  ): SignedDescription {
    this.agreement = agreement;
    const { transcript, signature } = signed;
    return {
      description,
      transcript: base64url(transcript),
      signature: base64url(signature),
    };
  }
}

/** Bob's device, the same in all tests of a file. */
export const bobsDevice = await makeDevice("bob");

/** Bob at the other end of a call of sound. */
export function bobAs(
  role: "caller" | "callee",
  callId: CallId,
  device = bobsDevice,
  route: CallRoute = "relayed",
): OtherEnd {
  const [callerAccount, calleeAccount] = role === "caller" ? ["bob", "alice"] : ["alice", "bob"];
  const accounts = { callerAccount, calleeAccount };
  return new OtherEnd(device, { role, callId, ...accounts, kind: "audio", route });
}

/** Carol, who rings. */
export function carolAs(device: TestDevice, callId: CallId): OtherEnd {
  const accounts = { callerAccount: "carol", calleeAccount: "alice" };
  return new OtherEnd(device, {
    role: "caller",
    callId,
    ...accounts,
    kind: "audio",
    route: "relayed",
  });
}

function bytes(text: string) {
  return Uint8Array.from(Buffer.from(text, "base64url"));
}
