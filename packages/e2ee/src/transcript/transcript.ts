import { asciiBytes, asciiText, type Bytes } from "../bytes.ts";
import { hashBytes, publicKeyBytes } from "../crypto.ts";
import { decodeFields, encodeFields } from "../fields.ts";
import { type Fingerprint, formatFingerprint, parseFingerprint } from "./fingerprint.ts";

export const nonceBytes = 32;

/** What an offer and an answer both sign. Ids and words are ASCII. */
interface SignedFacts {
  readonly callId: string;
  readonly callerAccount: string;
  readonly calleeAccount: string;
  /** Ed25519: 32 bytes. */
  readonly callerDevice: Bytes;
  /** Counts the exchanges of descriptions of the call, from 0. */
  readonly round: number;
  /** It begins a connection of its own, with certificates of its own. Round 0 does. */
  readonly isNewConnection: boolean;
  readonly kind: "audio" | "video";
  readonly route: "relayed" | "direct";
  /** Of the signer's certificate. */
  readonly fingerprint: Fingerprint;
  /** SHA-256 of the whole description, as it travels. */
  readonly description: Bytes;
}

/**
 * The caller's. Nobody knows before the first answer which device of the callee answers, so round 0
 * names none; every later round names it, and the answer that the two began with.
 */
export interface OfferTranscript extends SignedFacts {
  readonly type: "offer";
  /** Round 0: SHA-256 of the caller's nonce, which it opens when it has the answer. Empty later. */
  readonly commitment: Bytes;
  /** Hash of the answer of round 0; empty in round 0. */
  readonly root: Bytes;
  readonly calleeDevice: Bytes;
}

/** The callee's. It names the offer that it answers. */
export interface AnswerTranscript extends SignedFacts {
  readonly type: "answer";
  /** Round 0: the callee's nonce. Empty later. */
  readonly nonce: Bytes;
  /** Hash of the offer's transcript. */
  readonly offer: Bytes;
  readonly calleeDevice: Bytes;
}

export type Transcript = OfferTranscript | AnswerTranscript;

/** A transcript as it travels. */
export interface SignedTranscript {
  readonly transcript: Bytes;
  readonly signature: Bytes;
}

const labels = {
  offer: "ringfence call 1: offer",
  answer: "ringfence call 1: answer",
} as const;
const fieldCount = 13;
const roundMax = 0xffff;

export function encodeTranscript(transcript: Transcript): Bytes {
  const { round, callerDevice, calleeDevice, fingerprint, description } = transcript;
  if (!Number.isInteger(round) || round < 0 || round > roundMax)
    throw new RangeError("a round has 16 bits");
  const [nonce, before] =
    transcript.type === "offer"
      ? [transcript.commitment, transcript.root]
      : [transcript.nonce, transcript.offer];
  return encodeFields(labels[transcript.type], [
    asciiBytes(transcript.callId),
    asciiBytes(transcript.callerAccount),
    asciiBytes(transcript.calleeAccount),
    callerDevice,
    calleeDevice,
    Uint8Array.of(round >> 8, round & 0xff),
    Uint8Array.of(transcript.isNewConnection ? 1 : 0),
    asciiBytes(transcript.kind),
    asciiBytes(transcript.route),
    asciiBytes(formatFingerprint(fingerprint)),
    description,
    nonce,
    before,
  ]);
}

/** Null where the bytes are not exactly what `encodeTranscript` writes of some transcript. */
export function decodeTranscript(bytes: Bytes): Transcript | null {
  for (const type of ["offer", "answer"] as const) {
    const fields = decodeFields(labels[type], bytes);
    if (fields !== null) return read(type, fields);
  }
  return null;
}

function read(type: Transcript["type"], fields: readonly Bytes[]): Transcript | null {
  if (fields.length !== fieldCount) return null;
  const [callId, caller, callee, callerDevice, calleeDevice, roundField, connection] = fields;
  const [kindField, routeField, fingerprintField, description, nonce, before] = fields.slice(7);
  const round = readRound(roundField);
  const isNewConnection = readFlag(connection);
  const kind = readWord(kindField, ["audio", "video"]);
  const route = readWord(routeField, ["relayed", "direct"]);
  const ids = [callId, caller, callee].map((id) => (id === undefined ? null : asciiText(id)));
  const [callIdText, callerAccount, calleeAccount] = ids;
  const fingerprint = readFingerprint(fingerprintField);
  if (round === null || isNewConnection === null || kind === null || route === null) return null;
  if (!callIdText || !callerAccount || !calleeAccount || fingerprint === null) return null;
  if (!hasLength(callerDevice, publicKeyBytes) || !hasLength(description, hashBytes)) return null;
  const isFirst = round === 0;
  const namesCallee = type === "answer" || !isFirst;
  if (!hasLength(calleeDevice, namesCallee ? publicKeyBytes : 0)) return null;
  if (!hasLength(nonce, isFirst ? (type === "offer" ? hashBytes : nonceBytes) : 0)) return null;
  if (!hasLength(before, type === "answer" || !isFirst ? hashBytes : 0)) return null;
  if (isFirst && !isNewConnection) return null;
  const facts: SignedFacts = {
    callId: callIdText,
    callerAccount,
    calleeAccount,
    callerDevice,
    round,
    isNewConnection,
    kind,
    route,
    fingerprint,
    description,
  };
  return type === "offer"
    ? { type, ...facts, calleeDevice, commitment: nonce, root: before }
    : { type, ...facts, calleeDevice, nonce, offer: before };
}

function readRound(field: Bytes | undefined): number | null {
  return field?.length === 2 ? ((field[0] ?? 0) << 8) | (field[1] ?? 0) : null;
}

function readFlag(field: Bytes | undefined): boolean | null {
  if (field?.length !== 1 || (field[0] ?? 2) > 1) return null;
  return field[0] === 1;
}

function readWord<Word extends string>(
  field: Bytes | undefined,
  words: readonly Word[],
): Word | null {
  const text = field === undefined ? null : asciiText(field);
  return words.find((word) => word === text) ?? null;
}

/** Only as `formatFingerprint` writes it: the same facts have the same bytes. */
function readFingerprint(field: Bytes | undefined): Fingerprint | null {
  const text = field === undefined ? null : asciiText(field);
  const fingerprint = text === null ? null : parseFingerprint(text);
  return fingerprint !== null && formatFingerprint(fingerprint) === text ? fingerprint : null;
}

function hasLength(bytes: Bytes | undefined, length: number): bytes is Bytes {
  return bytes?.length === length;
}
