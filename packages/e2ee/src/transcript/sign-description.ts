import type { Bytes } from "../bytes.ts";
import type { DeviceSigner, EndToEndCrypto } from "../crypto.ts";
import type { CallAgreement, DescribedFacts } from "./call-agreement.ts";
import {
  type AnswerTranscript,
  encodeTranscript,
  type OfferTranscript,
  type SignedTranscript,
} from "./transcript.ts";

const nothing: Bytes = new Uint8Array(0);

/** A description that this end may send, and where the agreement stands when it has. */
export interface SignedDescription {
  readonly signed: SignedTranscript;
  readonly agreement: CallAgreement;
}

/**
 * Signs the caller's offer of the next round, or of the latest once more where nobody may have heard it.
 *
 * @param isNewConnection also where the offer before began a connection and has no answer yet: the
 *   other end may know nothing of that one
 * @param commitment of the caller's nonce; used in round 0 alone
 * @throws RangeError where no offer can be made: of the callee, or before the first answer
 */
export async function signOffer(
  crypto: EndToEndCrypto,
  agreement: CallAgreement,
  signer: DeviceSigner,
  described: DescribedFacts,
  {
    round,
    isNewConnection,
    commitment,
  }: { round: number; isNewConnection: boolean; commitment: Bytes },
): Promise<SignedDescription> {
  const { facts, root } = agreement;
  if (facts.role !== "caller") throw new RangeError("only the caller offers");
  if ((round === 0) !== (root === null)) throw new RangeError("round 0 comes first, and once");
  const transcript: OfferTranscript = {
    type: "offer",
    ...commonFacts(agreement, described),
    round,
    isNewConnection,
    callerDevice: signer.publicKey,
    calleeDevice: root?.transcript.calleeDevice ?? nothing,
    commitment: round === 0 ? commitment : nothing,
    root: root?.hash ?? nothing,
  };
  const bytes = encodeTranscript(transcript);
  const offer = { transcript, hash: await crypto.sha256(bytes) };
  const signed = { transcript: bytes, signature: await signer.sign(bytes) };
  const before = agreement.offer;
  const isAgain = before !== null && before.transcript.round === round;
  const replaced = isAgain ? [...agreement.replaced, before.hash] : [];
  return { signed, agreement: { ...agreement, offer, replaced } };
}

/**
 * Signs the callee's answer to the latest offer that it heard.
 *
 * @param nonce the callee's, of 32 random bytes; used in round 0 alone
 * @throws RangeError where there is nothing to answer
 */
export async function signAnswer(
  crypto: EndToEndCrypto,
  agreement: CallAgreement,
  signer: DeviceSigner,
  described: DescribedFacts,
  nonce: Bytes,
): Promise<SignedDescription> {
  const { facts, offer, root } = agreement;
  if (facts.role !== "callee" || offer === null)
    throw new RangeError("there is no offer to answer");
  const { round, isNewConnection, callerDevice } = offer.transcript;
  const transcript: AnswerTranscript = {
    type: "answer",
    ...commonFacts(agreement, described),
    round,
    isNewConnection,
    callerDevice,
    calleeDevice: signer.publicKey,
    nonce: round === 0 ? nonce : nothing,
    offer: offer.hash,
  };
  const bytes = encodeTranscript(transcript);
  const answer = { transcript, hash: await crypto.sha256(bytes) };
  const signed = { transcript: bytes, signature: await signer.sign(bytes) };
  return { signed, agreement: { ...agreement, answer, root: root ?? answer } };
}

function commonFacts({ facts }: CallAgreement, { fingerprints, hash }: DescribedFacts) {
  const { callId, callerAccount, calleeAccount, kind, route } = facts;
  const [fingerprint] = fingerprints;
  if (fingerprint === undefined) throw new RangeError("a description has a certificate");
  return { callId, callerAccount, calleeAccount, kind, route, fingerprint, description: hash };
}
