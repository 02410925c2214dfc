import { attributeType } from "../stun/attribute.ts";
import { findAttribute, type StunMessage } from "../stun/message.ts";
import { hasIntegrity } from "../stun/message-integrity.ts";
import type { Allocation } from "./allocation.ts";
import { isWelcome } from "./call.ts";
import { type Credential, parseUsername, relayKey } from "./credential.ts";
import type { FiveTuple } from "./five-tuple.ts";
import { turnMethod } from "./method.ts";
import { isNonceFresh } from "./nonce.ts";
import type { RelayState } from "./relay-state.ts";

/** Whose word a request is. */
export type Authentication =
  | { readonly outcome: "known"; readonly credential: Credential; readonly key: Uint8Array }
  /** Right or not: the nonce has to be a new one first. */
  | { readonly outcome: "stale" }
  /** Nobody that we know. Why is not told: a wrong password and an ended call look the same. */
  | { readonly outcome: "stranger" };

const stranger: Authentication = { outcome: "stranger" };
const stale: Authentication = { outcome: "stale" };

/**
 * The long-term credential mechanism: RFC 8489 §9.2.4.
 *
 * @param allocation what the five-tuple has already
 */
export function authenticate(
  state: RelayState,
  tuple: FiveTuple,
  message: StunMessage,
  allocation: Allocation | undefined,
  now: number,
): Authentication {
  const username = findAttribute(message, attributeType.username);
  const nonce = findAttribute(message, attributeType.nonce);
  const hasRealm = findAttribute(message, attributeType.realm) !== undefined;
  if (message.integrityOffset === undefined || !hasRealm) return stranger;
  if (username === undefined || nonce === undefined) return stranger;

  // RFC 8489 §9.2.4: the nonce comes before the credential, and costs a stranger's flood one hash.
  const isFresh = isNonceFresh(state, tuple, nonce, now);
  if (!isFresh && message.method === turnMethod.allocate) return stale;
  if (!isFresh && allocation === undefined) return stranger;

  const claimed = parseUsername(username);
  if (claimed === undefined) return stranger;
  const isOwner = claimed.username === allocation?.credential.username;
  const key = isOwner ? allocation.key : relayKey(state.crypto, state.secret, claimed.username);
  if (!hasIntegrity(state.crypto, message, key)) return stranger;
  // The credential of a live allocation stays good as long as that does: browsers refresh with
  // what they allocated with.
  if (!isOwner && !isCredentialGood(state, claimed, now)) return stranger;
  return isFresh ? { outcome: "known", credential: claimed, key } : stale;
}

/** Whether something may be allocated with a credential whose password was right. */
function isCredentialGood(state: RelayState, credential: Credential, now: number): boolean {
  const aheadMs = credential.expiresAt - now;
  if (aheadMs <= 0 || aheadMs > state.limits.credentialAheadMsMax) return false;
  if (state.isAlone) return true;
  const call = state.calls.get(credential.callId);
  if (call === undefined || call.endsAt <= now || credential.device === "") return false;
  return isWelcome(call, credential);
}
