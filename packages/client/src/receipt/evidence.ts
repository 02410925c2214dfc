import {
  base64url,
  type Bytes,
  decodeTranscript,
  type Emoji,
  type Encryption,
  fromBase64url,
  type IdentityVerdict,
  type MediaPath,
  type OtherSignature,
  type Receipt,
  receiptLimits,
  type ShownAddress,
} from "@ringfence/e2ee";
import type { Handle } from "@ringfence/protocol";
import type { CheckedDescription, EvidencedCall } from "../calls/call-evidence.ts";
import type { TrustFault } from "../calls/trust-fault.ts";
import type { ConnectionSample } from "../media/connection-sample.ts";

/** A description as it was signed, with the signature whoever's it is. */
interface KeptDescription {
  readonly by: "own" | "other";
  readonly transcript: string;
  readonly signature: string;
  /** It restarts a connection that others began: the first to be left out of a long call. */
  readonly isRestart: boolean;
}

/** What a receipt is made of, as it grows while the call goes on. */
export interface Evidence {
  readonly call: EvidencedCall;
  readonly account: Handle;
  readonly begunAt: number;
  readonly connectedAt: number | null;
  /** When anything was last added. */
  readonly latestAt: number;
  readonly trust: Receipt["other"]["trust"];
  readonly isComparedHere: boolean;
  readonly fault: string | null;
  readonly emoji: Receipt["emoji"];
  readonly descriptions: readonly KeptDescription[];
  readonly shown: readonly ShownAddress[];
  readonly paths: readonly MediaPath[];
  readonly encryption: readonly Encryption[];
  readonly leftOut: number;
}

/** @param now Unix time in milliseconds */
export function beginEvidence(call: EvidencedCall, account: Handle, now: number): Evidence {
  return {
    call,
    account,
    begunAt: now,
    connectedAt: null,
    latestAt: now,
    trust: null,
    isComparedHere: false,
    fault: null,
    emoji: null,
    descriptions: [],
    shown: [],
    paths: [],
    encryption: [],
    leftOut: 0,
  };
}

export function withDescription(
  evidence: Evidence,
  { by, signed: { description, transcript, signature } }: CheckedDescription,
): Evidence {
  const { descriptions } = evidence;
  // A page that returned to the call is told of the latest ones again.
  if (descriptions.some((kept) => kept.transcript === transcript)) return evidence;
  const read = transcriptOf(transcript);
  const isRestart = read !== null && !read.isNewConnection;
  const kept = [...descriptions, { by, transcript, signature, isRestart }];
  const { list, dropped } = bounded(kept, receiptLimits.descriptionsMax, (each) => each.isRestart);
  const added = { ...evidence, descriptions: list, leftOut: evidence.leftOut + dropped };
  return by === "own" ? candidatesIn(description).reduce(withCandidate, added) : added;
}

/**
 * A candidate that went to the other side.
 *
 * @param candidate the attribute of RFC 8839 §5.1, with or without `a=`
 */
export function withCandidate(evidence: Evidence, candidate: string): Evidence {
  const fields = candidate.split(" ");
  const [address = "", word, type] = [fields[4], fields[6], fields[7]];
  // A name that a browser makes up for its address tells none (RFC 8828 §5.2).
  if (word !== "typ" || address.endsWith(".local")) return evidence;
  return withShown(evidence, address, type, "told");
}

export function withSample(evidence: Evidence, sample: ConnectionSample, now: number): Evidence {
  const { path, ...encryption } = sample;
  const withPath = path === null ? evidence : withPathUsed(evidence, path, now);
  // Of a connection that closes a browser tells less than before, and nothing else.
  const isKnown = withPath.encryption.some((each) =>
    sameFields({ ...each }, { ...each, ...toldOf(encryption) }),
  );
  const isTold = encryption.dtlsVersion !== null || encryption.otherCertificate !== null;
  if (isKnown || !isTold) return withPath;
  // A browser may tell the certificate later than the ciphers.
  const latest = withPath.encryption.at(-1);
  const isFuller =
    latest !== undefined && sameFields({ ...encryption }, { ...encryption, ...toldOf(latest) });
  const before = isFuller ? withPath.encryption.slice(0, -1) : withPath.encryption;
  const kept = [...before, encryption];
  const { list, dropped } = bounded(kept, receiptLimits.encryptionMax);
  return { ...withPath, encryption: list, leftOut: withPath.leftOut + dropped };
}

export function withVerdict(evidence: Evidence, verdict: IdentityVerdict): Evidence {
  switch (verdict.verdict) {
    case "first-contact":
      return { ...evidence, trust: "not-compared" };
    case "known":
      return { ...evidence, trust: verdict.comparison };
    case "changed":
    case "changed-after-comparing":
    case "refused":
      // The person, or the fault, has yet to say what became of it.
      return evidence;
  }
}

export function withCalledAnyway(evidence: Evidence): Evidence {
  return { ...evidence, trust: "changed" };
}

export function withComparison(evidence: Evidence, outcome: "match" | "differ"): Evidence {
  if (outcome === "differ") return { ...evidence, fault: "different-emoji" };
  return { ...evidence, trust: "compared", isComparedHere: true };
}

export function withFault(evidence: Evidence, fault: TrustFault): Evidence {
  return { ...evidence, fault: wordOf(fault) };
}

export function withEmoji(
  evidence: Evidence,
  emoji: readonly Emoji[],
  callerNonce: Bytes,
): Evidence {
  const words = emoji.map(({ word }) => word);
  return { ...evidence, emoji: { words, callerNonce: base64url(callerNonce) } };
}

/** @param end why the call is over */
export function makeReceipt(evidence: Evidence, device: Bytes, end: string): Receipt {
  const { call, account, begunAt, connectedAt, latestAt, emoji, leftOut } = evidence;
  const { shown, paths, encryption, descriptions } = evidence;
  const isCaller = call.role === "caller";
  return {
    call: {
      id: call.callId,
      kind: call.kind,
      caller: isCaller ? account : call.with,
      callee: isCaller ? call.with : account,
      madeBy: call.role,
      route: call.route,
      begunAt,
      connectedAt,
      endedAt: latestAt,
      end,
    },
    device: base64url(device),
    other: {
      device: otherDevice(evidence),
      trust: evidence.trust,
      isComparedHere: evidence.isComparedHere,
      fault: evidence.fault,
    },
    emoji,
    shown: [...shown],
    paths: [...paths],
    encryption: [...encryption],
    descriptions: descriptions.map(({ by, transcript, signature }) => ({
      by,
      transcript,
      signature: by === "own" ? signature : null,
    })),
    leftOut,
  };
}

/** What a file holds only where its owner wants it to. */
export function otherSignaturesOf({ descriptions }: Evidence): OtherSignature[] {
  return descriptions.flatMap(({ by, signature }, description) =>
    by === "other" ? [{ description, signature }] : [],
  );
}

function withPathUsed(
  evidence: Evidence,
  { ownAddress, ...used }: NonNullable<ConnectionSample["path"]>,
  since: number,
): Evidence {
  const latest = evidence.paths.at(-1);
  const isSame = latest !== undefined && sameFields({ ...latest, since: 0 }, { ...used, since: 0 });
  const kept = isSame ? evidence.paths : [...evidence.paths, { ...used, since }];
  const { list, dropped } = bounded(kept, receiptLimits.pathsMax);
  const added = { ...evidence, paths: list, leftOut: evidence.leftOut + dropped };
  return ownAddress === null ? added : withShown(added, ownAddress, used.own, "used");
}

function withShown(
  evidence: Evidence,
  address: string,
  type: string | undefined,
  how: ShownAddress["how"],
): Evidence {
  // What the relay gave out is the server's.
  if (type !== "host" && type !== "srflx" && type !== "prflx") return evidence;
  const added: ShownAddress = { address, type, how };
  if (evidence.shown.some((each) => sameFields(each, added))) return evidence;
  const { list, dropped } = bounded([...evidence.shown, added], receiptLimits.shownMax);
  return { ...evidence, shown: list, leftOut: evidence.leftOut + dropped };
}

function candidatesIn(description: string): string[] {
  return description.split("\r\n").filter((line) => line.startsWith("a=candidate:"));
}

/** Leaves out what the list can do without: after its beginning, the first of those, or the first. */
function bounded<Item>(
  list: readonly Item[],
  most: number,
  mayGo: (item: Item) => boolean = () => true,
): { list: readonly Item[]; dropped: number } {
  if (list.length <= most) return { list, dropped: 0 };
  // Both descriptions of the beginning are what all others are chained to.
  const found = list.findIndex((item, place) => place >= 2 && mayGo(item));
  return { list: list.toSpliced(found < 0 ? 2 : found, 1), dropped: 1 };
}

/** What is null is not told. */
function toldOf(encryption: Encryption): Partial<Encryption> {
  return Object.fromEntries(Object.entries(encryption).filter(([, value]) => value !== null));
}

function sameFields<Fields extends object>(one: Fields, other: Fields): boolean {
  return (Object.keys(one) as (keyof Fields)[]).every((field) => one[field] === other[field]);
}

function transcriptOf(text: string) {
  const bytes = fromBase64url(text);
  return bytes === null ? null : decodeTranscript(bytes);
}

/** As its own descriptions name it. */
function otherDevice({ descriptions }: Evidence): string | null {
  const theirs = descriptions.find(({ by }) => by === "other");
  const read = theirs === undefined ? null : transcriptOf(theirs.transcript);
  if (read === null) return null;
  return base64url(read.type === "offer" ? read.callerDevice : read.calleeDevice);
}

function wordOf(fault: TrustFault): string {
  switch (fault.type) {
    case "description":
      return fault.fault;
    case "identity":
      return fault.fault.type === "chain"
        ? `chain-${fault.fault.fault}`
        : `chain-${fault.fault.type}`;
    case "device-removed":
    case "certificate":
    case "nonce":
      return fault.type;
  }
}
