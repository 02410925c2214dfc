/**
 * Who can listen: the devices that an account says are its own, what the two ends of a call sign of
 * every description, and what two people compare. It is pure: it holds no key, draws no random
 * bytes and knows no browser; `crypto.ts` says what the platform does for it. It trusts nobody who
 * delivers: the server may not even import it. Start at `transcript/call-agreement.ts` for a call, and at
 * `devices/device-chain.ts` for an account.
 *
 * @module
 */
export { base64url, fromBase64url } from "./base64url.ts";
export type { Bytes } from "./bytes.ts";
export {
  type Comparison,
  type IdentityChange,
  type IdentityFault,
  type IdentityVerdict,
  judgeDevice,
  type PersonMemory,
} from "./comparing/judge-device.ts";
export { type Emoji, emojiOf, emojis } from "./comparing/emoji.ts";
export {
  type AgreedStart,
  commitTo,
  opensCommitment,
  shortAuthenticationString,
} from "./comparing/short-authentication-string.ts";
export type { DeviceSigner, EndToEndCrypto } from "./crypto.ts";
export {
  type ChainMemory,
  type ChainRelation,
  relationOf,
  rememberChain,
} from "./devices/chain-memory.ts";
export {
  type ChainFault,
  type DeviceChain,
  isLinked,
  readDeviceChain,
  type ReadChain,
} from "./devices/device-chain.ts";
export { beginChain, removeDevice, statementToAdd } from "./devices/sign-statement.ts";
export {
  decodeStatement,
  type DeviceStatement,
  type SignedStatement,
} from "./devices/statement.ts";
export { endToEndLimits } from "./limits.ts";
export { type Breach, breachesOf } from "./receipt/breaches.ts";
export {
  type CheckedReceipt,
  checkReceipt,
  type CheckResult,
  type ReceiptCheck,
} from "./receipt/check-receipt.ts";
export { signReceipt } from "./receipt/encode-receipt.ts";
export type {
  Encryption,
  MediaPath,
  OtherSignature,
  Receipt,
  ReceiptFile,
  ShownAddress,
} from "./receipt/receipt.ts";
export { receiptLimits } from "./receipt/receipt-limits.ts";
export {
  beginAgreement,
  type CallAgreement,
  type CheckedDescription,
  type DescribedFacts,
  hearDescription,
  type OwnFacts,
  type TranscriptFault,
} from "./transcript/call-agreement.ts";
export {
  type Fingerprint,
  formatFingerprint,
  parseFingerprint,
  sameFingerprint,
} from "./transcript/fingerprint.ts";
export { signAnswer, signOffer, type SignedDescription } from "./transcript/sign-description.ts";
export { decodeTranscript, type SignedTranscript } from "./transcript/transcript.ts";
