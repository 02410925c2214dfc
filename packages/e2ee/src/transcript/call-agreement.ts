import { type Bytes, includesBytes, sameBytes } from "../bytes.ts";
import type { EndToEndCrypto } from "../crypto.ts";
import { type Fingerprint, sameFingerprint } from "./fingerprint.ts";
import {
  type AnswerTranscript,
  decodeTranscript,
  type OfferTranscript,
  type SignedTranscript,
  type Transcript,
} from "./transcript.ts";

/**
 * What this device knows of a call from its own person's tap and its own settings: never from a
 * description. Accounts are named by their handles, by which people know each other.
 */
export interface OwnFacts {
  readonly role: "caller" | "callee";
  readonly callId: string;
  readonly callerAccount: string;
  readonly calleeAccount: string;
  readonly kind: "audio" | "video";
  readonly route: "relayed" | "direct";
  readonly ownDevice: Bytes;
}

/** What a description says of itself, read out of it by whoever is about to use it. */
export interface DescribedFacts {
  /** Every fingerprint in it; it must have at least one. */
  readonly fingerprints: readonly Fingerprint[];
  /** SHA-256 of its text. */
  readonly hash: Bytes;
}

/** A transcript and what it hashes to. */
export interface Heard<Kind extends Transcript> {
  readonly transcript: Kind;
  readonly hash: Bytes;
}

/**
 * How far the two ends have agreed, seen from one of them. It begins with nothing; each description
 * that is accepted, and each that this end says, moves it on. Nothing in it comes from the server.
 *
 * ```
 *   (own or other's) offer 0 ──▶ answer 0 ──▶ offer n ──▶ answer n ──▶ ...
 * ```
 *
 * Offers may be lost and made again, so a round may be left without an answer; none comes twice.
 */
export interface CallAgreement {
  readonly facts: OwnFacts;
  /** The latest offer. */
  readonly offer: Heard<OfferTranscript> | null;
  /** The answer to round 0: what every later round is chained to. */
  readonly root: Heard<AnswerTranscript> | null;
  /** The latest answer. */
  readonly answer: Heard<AnswerTranscript> | null;
  /** Hashes of the caller's own offers of this round that the latest took the place of. */
  readonly replaced: readonly Bytes[];
}

/** Why a description is not used. None of these happens between two honest ends. */
export type TranscriptFault =
  | "malformed"
  /** It is of another kind than this role is told: an offer for the caller, an answer for the callee. */
  | "wrong-role"
  | "wrong-signature"
  | "wrong-call"
  | "wrong-account"
  | "wrong-device"
  | "wrong-kind"
  | "wrong-route"
  /** A round that was before, or one that nobody offered. */
  | "wrong-round"
  /** It is not chained to what the two began with, or to the offer that it answers. */
  | "wrong-chain"
  /** The description is not the one that was signed. */
  | "wrong-description"
  /** The certificate in the description is not the one that was signed. */
  | "wrong-fingerprint"
  /** The same connection, and another certificate. */
  | "fingerprint-changed";

export type CheckedDescription =
  | { outcome: "accepted"; agreement: CallAgreement }
  /** What was heard before: a repetition changes nothing. */
  | { outcome: "repeated" }
  /** An answer to an offer that its caller has made again since: the server had the first all the same. */
  | { outcome: "overtaken" }
  | { outcome: "refused"; fault: TranscriptFault };

export function beginAgreement(facts: OwnFacts): CallAgreement {
  return { facts, offer: null, root: null, answer: null, replaced: [] };
}

/**
 * Checks what the other end says of a description, before anything of that description is used.
 *
 * @param described read from the description itself, never from a message beside it
 */
export async function hearDescription(
  crypto: EndToEndCrypto,
  agreement: CallAgreement,
  signed: SignedTranscript,
  described: DescribedFacts,
): Promise<CheckedDescription> {
  const transcript = decodeTranscript(signed.transcript);
  if (transcript === null) return refuse("malformed");
  const { role } = agreement.facts;
  if ((transcript.type === "offer") !== (role === "callee")) return refuse("wrong-role");
  const signer = transcript.type === "offer" ? transcript.callerDevice : transcript.calleeDevice;
  if (!(await crypto.verifyEd25519(signer, signed.signature, signed.transcript))) {
    return refuse("wrong-signature");
  }
  const fault = factsFault(agreement, transcript) ?? describedFault(transcript, described);
  if (fault !== null) return refuse(fault);
  const hash = await crypto.sha256(signed.transcript);
  return transcript.type === "offer"
    ? hearOffer(agreement, { transcript, hash })
    : hearAnswer(agreement, { transcript, hash });
}

/** What holds of both, whatever was said before. */
function factsFault({ facts, root }: CallAgreement, said: Transcript): TranscriptFault | null {
  if (said.callId !== facts.callId) return "wrong-call";
  const areAccounts =
    said.callerAccount === facts.callerAccount && said.calleeAccount === facts.calleeAccount;
  if (!areAccounts) return "wrong-account";
  if (said.kind !== facts.kind) return "wrong-kind";
  if (said.route !== facts.route) return "wrong-route";
  const own = facts.role === "caller" ? said.callerDevice : said.calleeDevice;
  const namesNobody = said.type === "offer" && said.round === 0;
  if (!namesNobody && !sameBytes(own, facts.ownDevice)) return "wrong-device";
  if (root === null) return null;
  const isSameCaller = sameBytes(said.callerDevice, root.transcript.callerDevice);
  const isSameCallee = namesNobody || sameBytes(said.calleeDevice, root.transcript.calleeDevice);
  return isSameCaller && isSameCallee ? null : "wrong-device";
}

function describedFault(said: Transcript, described: DescribedFacts): TranscriptFault | null {
  const { fingerprints, hash } = described;
  const fit = fingerprints.every((each) => sameFingerprint(each, said.fingerprint));
  if (fingerprints.length === 0 || !fit) return "wrong-fingerprint";
  return sameBytes(hash, said.description) ? null : "wrong-description";
}

function hearOffer(agreement: CallAgreement, offer: Heard<OfferTranscript>): CheckedDescription {
  const { offer: before, root } = agreement;
  const { round, isNewConnection, fingerprint } = offer.transcript;
  if (before === null) {
    return round === 0 ? accept({ ...agreement, offer }) : refuse("wrong-round");
  }
  if (sameBytes(before.hash, offer.hash)) return { outcome: "repeated" };
  if (round <= before.transcript.round) return refuse("wrong-round");
  if (root === null || !sameBytes(offer.transcript.root, root.hash)) return refuse("wrong-chain");
  const isOther = !sameFingerprint(before.transcript.fingerprint, fingerprint);
  if (isOther && !isNewConnection) return refuse("fingerprint-changed");
  return accept({ ...agreement, offer });
}

function hearAnswer(agreement: CallAgreement, answer: Heard<AnswerTranscript>): CheckedDescription {
  const { offer, answer: before } = agreement;
  if (offer === null) return refuse("wrong-round");
  if (before !== null && sameBytes(before.hash, answer.hash)) return { outcome: "repeated" };
  const { round, isNewConnection, fingerprint } = answer.transcript;
  if (round !== offer.transcript.round) return refuse("wrong-round");
  if (before !== null && before.transcript.round >= round) return refuse("wrong-round");
  if (!sameBytes(answer.transcript.offer, offer.hash)) {
    const isOfOwn = includesBytes(agreement.replaced, answer.transcript.offer);
    return isOfOwn ? { outcome: "overtaken" } : refuse("wrong-chain");
  }
  if (isNewConnection !== offer.transcript.isNewConnection) return refuse("wrong-chain");
  const isOther = before !== null && !sameFingerprint(before.transcript.fingerprint, fingerprint);
  if (isOther && !isNewConnection) return refuse("fingerprint-changed");
  return accept({ ...agreement, answer, root: agreement.root ?? answer });
}

function accept(agreement: CallAgreement): CheckedDescription {
  return { outcome: "accepted", agreement };
}

function refuse(fault: TranscriptFault): CheckedDescription {
  return { outcome: "refused", fault };
}
