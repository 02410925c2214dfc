import type { Bytes } from "../bytes.ts";
import { commitTo } from "../comparing/short-authentication-string.ts";
import type { DeviceSigner } from "../crypto.ts";
import {
  beginAgreement,
  type CallAgreement,
  type CheckedDescription,
  type DescribedFacts,
  hearDescription,
  type OwnFacts,
} from "../transcript/call-agreement.ts";
import { signAnswer, signOffer } from "../transcript/sign-description.ts";
import type { SignedTranscript } from "../transcript/transcript.ts";
import { filled, hashOf, makeDevice, webCrypto } from "./web-crypto.ts";

export const callerNonce = filled(32, 0xaa);
export const calleeNonce = filled(32, 0xbb);

/** What travels: the description, as far as it is looked at, and what was signed of it. */
export interface Said {
  readonly signed: SignedTranscript;
  readonly described: DescribedFacts;
}

/** A description with this certificate. */
export async function describe(text: string, certificate: number): Promise<DescribedFacts> {
  const fingerprints = [{ algorithm: "sha-256", hash: filled(32, certificate) } as const];
  return { fingerprints, hash: await hashOf(text) };
}

/** One end of a call, with its own key and its own idea of the call. */
class End {
  readonly device: DeviceSigner;
  agreement: CallAgreement;

  constructor(device: DeviceSigner, facts: OwnFacts) {
    this.device = device;
    this.agreement = beginAgreement(facts);
  }

  async offer(
    round: number,
    described: DescribedFacts,
    isNewConnection = round === 0,
  ): Promise<Said> {
    const commitment: Bytes = await commitTo(webCrypto, callerNonce);
    const details = { round, isNewConnection, commitment };
    const said = await signOffer(webCrypto, this.agreement, this.device, described, details);
    this.agreement = said.agreement;
    return { signed: said.signed, described };
  }

  async answer(described: DescribedFacts): Promise<Said> {
    const said = await signAnswer(webCrypto, this.agreement, this.device, described, calleeNonce);
    this.agreement = said.agreement;
    return { signed: said.signed, described };
  }

  async hear({ signed, described }: Said): Promise<CheckedDescription> {
    const checked = await hearDescription(webCrypto, this.agreement, signed, described);
    if (checked.outcome === "accepted") this.agreement = checked.agreement;
    return checked;
  }
}

const call = {
  callId: "01jd000000000000000000000c",
  callerAccount: "alice",
  calleeAccount: "bob",
  kind: "video",
  route: "relayed",
} as const;

/** Two ends that know the same of a call, but where a test says otherwise. */
export async function twoEnds(
  otherwise: { caller?: Partial<OwnFacts>; callee?: Partial<OwnFacts> } = {},
) {
  const [callerDevice, calleeDevice] = await Promise.all([makeDevice(), makeDevice()]);
  const facts = { ...call, ownDevice: callerDevice.publicKey };
  return {
    caller: new End(callerDevice, { ...facts, role: "caller", ...otherwise.caller }),
    callee: new End(calleeDevice, {
      ...call,
      ownDevice: calleeDevice.publicKey,
      role: "callee",
      ...otherwise.callee,
    }),
  };
}

/** Two ends after their first exchange. */
export async function twoEndsInCall() {
  const ends = await twoEnds();
  const offer = await ends.caller.offer(0, await describe("offer 0", 1));
  await ends.callee.hear(offer);
  const answer = await ends.callee.answer(await describe("answer 0", 2));
  await ends.caller.hear(answer);
  return { ...ends, offer, answer };
}
