import { z } from "zod";
import { receiptLimits } from "./receipt-limits.ts";

/** Whatever stands in a receipt is printable ASCII: no text of it can be written in two ways. */
const text = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax)
    .regex(/^[\x20-\x7e]*$/);
const word = z.string().regex(/^[a-z0-9-]{1,40}$/);
const handle = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/);
const base64url = (charactersMax: number) =>
  z
    .string()
    .regex(/^[\w-]*$/)
    .max(charactersMax);
/** Ed25519, RFC 8032: 32 bytes. */
const publicKey = z.string().regex(/^[\w-]{43}$/);
/** Unix time in milliseconds, by the clock of the device. */
const at = z.number().int().min(0).max(receiptLimits.timeMax);

const CandidateType = z.enum(["host", "srflx", "prflx", "relay"]);

/** An address of this side that the other's device could have learned. */
export const ShownAddress = z.strictObject({
  address: text(receiptLimits.addressCharactersMax),
  /** RFC 8445 §4. `relay` is none of this side's own, and stands in no receipt. */
  type: CandidateType.exclude(["relay"]),
  /** `told`: it went to the other in a candidate. `used`: media or checks went out from it. */
  how: z.enum(["told", "used"]),
});
export type ShownAddress = z.infer<typeof ShownAddress>;

/** What a pair of candidates was that media went by. */
export const MediaPath = z.strictObject({
  own: CandidateType,
  other: CandidateType,
  /** Over what this side reached the relay; null where it is not in the way, or not told. */
  relayProtocol: z.enum(["udp", "tcp", "tls"]).nullable(),
  since: at,
});
export type MediaPath = z.infer<typeof MediaPath>;

/** What the browser told of one DTLS connection; null where it told nothing. */
export const Encryption = z.strictObject({
  dtlsVersion: z.enum(["1.2", "1.3"]).nullable(),
  dtlsCipher: text(receiptLimits.cipherCharactersMax).nullable(),
  srtpCipher: text(receiptLimits.cipherCharactersMax).nullable(),
  /** As in `a=fingerprint` (RFC 8122 §5), of the certificates that were really used. */
  ownCertificate: text(receiptLimits.fingerprintCharactersMax).nullable(),
  otherCertificate: text(receiptLimits.fingerprintCharactersMax).nullable(),
});
export type Encryption = z.infer<typeof Encryption>;

/** What was signed of one description; without the other's signature, which is kept apart. */
const SignedWord = z.strictObject({
  by: z.enum(["own", "other"]),
  transcript: base64url(receiptLimits.transcriptCharactersMax),
  /** Of this device; null for the other's. */
  signature: base64url(receiptLimits.signatureCharactersMax).nullable(),
});

/**
 * What one device says of one call that it was in: what it measured, and what was signed. Times are its
 * own; so is everything here, and nothing in it comes from the server.
 */
export const Receipt = z.strictObject({
  call: z.strictObject({
    id: word,
    kind: z.enum(["audio", "video"]),
    caller: handle,
    callee: handle,
    /** Which of the two made this receipt. */
    madeBy: z.enum(["caller", "callee"]),
    /** As the two agreed. `relayed`: neither shows the other an address. */
    route: z.enum(["relayed", "direct"]),
    begunAt: at,
    /** When both had media; null where it never came so far. */
    connectedAt: at.nullable(),
    endedAt: at,
    end: word,
  }),
  /** The identity key of the device that made it, which signed it. */
  device: publicKey,
  other: z.strictObject({
    /** null where none of its descriptions was checked. */
    device: publicKey.nullable(),
    trust: z.enum(["not-compared", "compared", "linked-to-compared", "changed"]).nullable(),
    /** Somebody tapped *They match* in this call. */
    isComparedHere: z.boolean(),
    /** What did not fit and ended the call; null where everything did. */
    fault: word.nullable(),
  }),
  /** What the two could compare; the nonces are in the transcripts and here. */
  emoji: z.strictObject({ words: z.array(word).length(4), callerNonce: base64url(64) }).nullable(),
  shown: z.array(ShownAddress).max(receiptLimits.shownMax),
  paths: z.array(MediaPath).max(receiptLimits.pathsMax),
  encryption: z.array(Encryption).max(receiptLimits.encryptionMax),
  /** In the order in which they were checked or said. */
  descriptions: z.array(SignedWord).max(receiptLimits.descriptionsMax),
  /** Of long lists the middle is left out: so many descriptions and paths. */
  leftOut: z.number().int().min(0),
});
export type Receipt = z.infer<typeof Receipt>;

/** The other's signature of one of the descriptions, by its place in the list. */
const OtherSignature = z.strictObject({
  description: z.number().int().min(0),
  signature: base64url(receiptLimits.signatureCharactersMax),
});
export type OtherSignature = z.infer<typeof OtherSignature>;

export const receiptType = "ringfence receipt";
export const receiptVersion = 1;

/** A receipt as a file holds it, in JSON. */
export const ReceiptFile = z.strictObject({
  type: z.literal(receiptType),
  version: z.literal(receiptVersion),
  receipt: Receipt,
  /** Ed25519 by `receipt.device`, over `encodeReceipt(receipt)`. */
  signature: base64url(receiptLimits.signatureCharactersMax),
  /**
   * Only where the person asked for it: with them it is proved to anyone that the two spoke. Without
   * them the receipt is the word of the one who made it.
   */
  otherSignatures: z.array(OtherSignature).max(receiptLimits.descriptionsMax).optional(),
});
export type ReceiptFile = z.infer<typeof ReceiptFile>;
