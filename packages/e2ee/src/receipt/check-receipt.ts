import { base64url, fromBase64url } from "../base64url.ts";
import { type Bytes, sameBytes } from "../bytes.ts";
import {
  opensCommitment,
  shortAuthenticationString,
} from "../comparing/short-authentication-string.ts";
import type { EndToEndCrypto } from "../crypto.ts";
import type { OfferTranscript, Transcript } from "../transcript/transcript.ts";
import { type Breach, breachesOf, unsignedCertificates } from "./breaches.ts";
import { encodeReceipt } from "./encode-receipt.ts";
import {
  type OtherSignature,
  type Receipt,
  ReceiptFile,
  receiptType,
  receiptVersion,
} from "./receipt.ts";
import { type ReadDescription, readDescriptions } from "./receipt-transcripts.ts";

/** What is looked at. */
export type ReceiptCheck =
  /** The receipt is as the device signed it. */
  | "signature"
  /** The device signed what it says it said. */
  | "own-descriptions"
  /** The other's device signed what it is said to have said. `absent` where its signatures are left out. */
  | "other-signatures"
  /** Descriptions, people, devices, kind and route are of one call. */
  | "facts"
  /** Each answer is to its offer, and every later round goes on from the first. */
  | "chain"
  /** The certificates that were used are those that were signed. */
  | "certificates"
  /** The emoji follow from what the two said. */
  | "emoji"
  /** Nothing ends before it begins. */
  | "times";

/** `absent`: the receipt holds nothing of the kind. */
export type CheckResult = "holds" | "fails" | "absent";

export type CheckedReceipt =
  | {
      outcome: "checked";
      receipt: Receipt;
      checks: Readonly<Record<ReceiptCheck, CheckResult>>;
      breaches: readonly Breach[];
    }
  /** `at`: where in the file, as a JSON Pointer. */
  | { outcome: "unreadable"; fault: "not-a-receipt" | "other-version" }
  | { outcome: "unreadable"; fault: "malformed"; at: string };

/**
 * Checks a receipt without asking anybody. That the device is really one of the account's, nothing in
 * the file can prove: its key is compared with what the person's own pages show.
 *
 * @param value what the JSON of a file says
 */
export async function checkReceipt(
  crypto: EndToEndCrypto,
  value: unknown,
): Promise<CheckedReceipt> {
  const header = headerOf(value);
  if (header.type !== receiptType) return { outcome: "unreadable", fault: "not-a-receipt" };
  if (header.version !== receiptVersion) return { outcome: "unreadable", fault: "other-version" };
  const parsed = ReceiptFile.safeParse(value);
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.map((part) => `/${String(part)}`).join("") ?? "";
    return { outcome: "unreadable", fault: "malformed", at };
  }
  const { receipt, signature, otherSignatures } = parsed.data;
  const read = readDescriptions(receipt);
  const device = fromBase64url(receipt.device);
  const isSigned = (text: string, bytes: Bytes) => verify(crypto, device, text, bytes);
  const checks = {
    signature: resultOf(await isSigned(signature, encodeReceipt(receipt))),
    "own-descriptions": await checkOwn(receipt, read, isSigned),
    "other-signatures": await checkOther(crypto, receipt, read, otherSignatures),
    facts: resultOf(fitFacts(receipt, read)),
    chain: await checkChain(crypto, receipt, read),
    certificates: checkCertificates(receipt),
    emoji: await checkEmoji(crypto, receipt, read),
    times: resultOf(fitTimes(receipt)),
  };
  return { outcome: "checked", receipt, checks, breaches: breachesOf(receipt) };
}

function headerOf(value: unknown): { type?: unknown; version?: unknown } {
  return typeof value === "object" && value !== null ? value : {};
}

function resultOf(holds: boolean): CheckResult {
  return holds ? "holds" : "fails";
}

async function verify(
  crypto: EndToEndCrypto,
  key: Bytes | null,
  signature: string | null,
  bytes: Bytes,
): Promise<boolean> {
  const signed = signature === null ? null : fromBase64url(signature);
  return key !== null && signed !== null && (await crypto.verifyEd25519(key, signed, bytes));
}

async function checkOwn(
  { descriptions }: Receipt,
  read: readonly (ReadDescription | null)[],
  isSigned: (text: string, bytes: Bytes) => Promise<boolean>,
): Promise<CheckResult> {
  const own = descriptions.flatMap(({ by, signature }, place) =>
    by === "own" ? [{ signature, bytes: read[place]?.bytes }] : [],
  );
  if (own.length === 0) return "absent";
  for (const { signature, bytes } of own) {
    if (signature === null || bytes === undefined) return "fails";
    if (!(await isSigned(signature, bytes))) return "fails";
  }
  return "holds";
}

/** Where they are in, they are all in: one that is missing may be one that would not hold. */
async function checkOther(
  crypto: EndToEndCrypto,
  { descriptions, other }: Receipt,
  read: readonly (ReadDescription | null)[],
  signatures: readonly OtherSignature[] | undefined,
): Promise<CheckResult> {
  if (descriptions.some(({ by, signature }) => by === "other" && signature !== null)) {
    return "fails";
  }
  if (signatures === undefined) return "absent";
  const key = other.device === null ? null : fromBase64url(other.device);
  const theirs = read.flatMap((each, place) => (each?.by === "other" ? [place] : []));
  if (theirs.length !== signatures.length) return "fails";
  for (const place of theirs) {
    const found = signatures.find(({ description }) => description === place);
    const bytes = read[place]?.bytes;
    if (found === undefined || bytes === undefined) return "fails";
    if (!(await verify(crypto, key, found.signature, bytes))) return "fails";
  }
  return theirs.length === 0 ? "absent" : "holds";
}

function fitFacts(
  { call, device, other }: Receipt,
  read: readonly (ReadDescription | null)[],
): boolean {
  const ownType = call.madeBy === "caller" ? "offer" : "answer";
  return read.every((description) => {
    if (description === null) return false;
    const { by, transcript } = description;
    const { callerDevice, calleeDevice, callId, callerAccount, calleeAccount, kind, route } =
      transcript;
    const [own, theirs] =
      call.madeBy === "caller" ? [callerDevice, calleeDevice] : [calleeDevice, callerDevice];
    // The first offer names no device of the callee.
    const namesCallee = calleeDevice.length > 0;
    const isOwn = call.madeBy === "caller" || namesCallee ? base64url(own) === device : true;
    const namesTheirs = call.madeBy === "callee" || namesCallee;
    const isTheirs = !namesTheirs || base64url(theirs) === other.device;
    return (
      (transcript.type === ownType) === (by === "own") &&
      callId === call.id &&
      callerAccount === call.caller &&
      calleeAccount === call.callee &&
      kind === call.kind &&
      route === call.route &&
      isOwn &&
      isTheirs
    );
  });
}

interface Hashed<Kind extends Transcript> {
  transcript: Kind;
  hash: Bytes;
}

/** Rounds only rise; an answer names an offer that is there, and later offers the first answer. */
async function checkChain(
  crypto: EndToEndCrypto,
  { leftOut }: Receipt,
  read: readonly (ReadDescription | null)[],
): Promise<CheckResult> {
  if (read.length === 0) return "absent";
  const isWhole = leftOut === 0;
  const offers: Hashed<OfferTranscript>[] = [];
  let root: Bytes | null = null;
  let answered = -1;
  for (const description of read) {
    if (description === null) return "fails";
    const { transcript, bytes } = description;
    const { round } = transcript;
    const hash = await crypto.sha256(bytes);
    if (transcript.type === "offer") {
      if (round <= (offers.at(-1)?.transcript.round ?? -1)) return "fails";
      if (round > 0) {
        // Where the beginning is left out, the first offer that stands here says what it was.
        if (root === null && !isWhole) ({ root } = transcript);
        if (root === null || !sameBytes(transcript.root, root)) return "fails";
      }
      offers.push({ transcript, hash });
    } else {
      const offer = offers.find((each) => sameBytes(each.hash, transcript.offer));
      if (offer === undefined && isWhole) return "fails";
      if (offer !== undefined && offer.transcript.round !== round) return "fails";
      if (round <= answered) return "fails";
      answered = round;
      if (round === 0) root = hash;
    }
  }
  return "holds";
}

function checkCertificates(receipt: Receipt): CheckResult {
  const isTold = receipt.encryption.some(
    ({ ownCertificate, otherCertificate }) => ownCertificate !== null || otherCertificate !== null,
  );
  if (!isTold || receipt.leftOut > 0) return "absent";
  return resultOf(unsignedCertificates(receipt).length === 0);
}

async function checkEmoji(
  crypto: EndToEndCrypto,
  { emoji }: Receipt,
  read: readonly (ReadDescription | null)[],
): Promise<CheckResult> {
  if (emoji === null) return "absent";
  const first = read.filter((each) => each?.transcript.round === 0);
  const [offer, answer] = (["offer", "answer"] as const).map((type) =>
    first.find((each) => each?.transcript.type === type),
  );
  const callerNonce = fromBase64url(emoji.callerNonce);
  if (offer?.transcript.type !== "offer" || answer?.transcript.type !== "answer") return "fails";
  if (callerNonce === null) return "fails";
  const { commitment } = offer.transcript;
  if (!(await opensCommitment(crypto, commitment, callerNonce))) return "fails";
  const expected = await shortAuthenticationString(crypto, {
    offer: await crypto.sha256(offer.bytes),
    answer: await crypto.sha256(answer.bytes),
    callerNonce,
    calleeNonce: answer.transcript.nonce,
  });
  return resultOf(expected.every(({ word }, place) => word === emoji.words[place]));
}

function fitTimes({ call, paths }: Receipt): boolean {
  const { begunAt, connectedAt, endedAt } = call;
  const isOrdered = begunAt <= (connectedAt ?? begunAt) && (connectedAt ?? begunAt) <= endedAt;
  return isOrdered && paths.every(({ since }) => since >= begunAt && since <= endedAt);
}
