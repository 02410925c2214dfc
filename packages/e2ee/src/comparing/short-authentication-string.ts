import { type Bytes, concatBytes, sameBytes } from "../bytes.ts";
import type { EndToEndCrypto } from "../crypto.ts";
import { encodeFields } from "../fields.ts";
import { nonceBytes } from "../transcript/transcript.ts";
import { type Emoji, emojiOf } from "./emoji.ts";

/**
 * Four emoji, 24 bits. Who stands in the middle would have to find, for each of the two ends, a
 * nonce with which both come out alike; but the caller is bound to its own by the commitment before
 * it sees the callee's, and the callee chooses before it sees the caller's. So there is one guess,
 * right once in 16,777,216 calls, and a wrong one is on both screens.
 */
const shown = 4;
const bitsEach = 6;
const purpose = "ringfence call 1: short authentication string";
const commitmentLabel = "ringfence call 1: commitment";

/** What the caller signs in its first offer, of a nonce that it opens when it has the answer. */
export function commitTo(crypto: EndToEndCrypto, nonce: Bytes): Promise<Bytes> {
  return crypto.sha256(encodeFields(commitmentLabel, [nonce]));
}

/** Whether a nonce is the one that was committed to. */
export async function opensCommitment(
  crypto: EndToEndCrypto,
  commitment: Bytes,
  nonce: Bytes,
): Promise<boolean> {
  return nonce.length === nonceBytes && sameBytes(await commitTo(crypto, nonce), commitment);
}

/** What the two ends of a call agreed on in round 0. */
export interface AgreedStart {
  /** Hashes of the two transcripts. */
  readonly offer: Bytes;
  readonly answer: Bytes;
  readonly callerNonce: Bytes;
  readonly calleeNonce: Bytes;
}

/** @returns four emoji, the same at both ends where both saw the same descriptions */
export async function shortAuthenticationString(
  crypto: EndToEndCrypto,
  { offer, answer, callerNonce, calleeNonce }: AgreedStart,
): Promise<Emoji[]> {
  const input = concatBytes(callerNonce, calleeNonce);
  const info = encodeFields(purpose, [offer, answer]);
  const bytes = await crypto.hkdfSha256(input, info, (shown * bitsEach) / 8);
  return emojiOf(bytes, shown);
}
