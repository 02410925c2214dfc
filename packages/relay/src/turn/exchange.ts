import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import { encodeErrorCode, type StunErrorCode } from "../stun/error-code.ts";
import { encodeMessage, messageType, type StunClass, type StunMessage } from "../stun/message.ts";
import { appendIntegrity } from "../stun/message-integrity.ts";
import type { Credential } from "./credential.ts";
import type { FiveTuple } from "./five-tuple.ts";
import { makeNonce } from "./nonce.ts";
import type { RelayState } from "./relay-state.ts";

/** A request that is somebody's word, and all that answering it takes. */
export interface Exchange {
  readonly state: RelayState;
  readonly fiveTuple: FiveTuple;
  readonly message: StunMessage;
  readonly credential: Credential;
  readonly key: Uint8Array;
  readonly now: number;
}

/** A success response with MESSAGE-INTEGRITY (RFC 8489 §9.2.4). */
export function succeed(exchange: Exchange, attributes: readonly StunAttribute[] = []): Uint8Array {
  exchange.state.counters.answers.success++;
  return answer(exchange, "success", attributes);
}

/** An error response with MESSAGE-INTEGRITY. */
export function refuse(
  exchange: Exchange,
  code: StunErrorCode,
  attributes: readonly StunAttribute[] = [],
): Uint8Array {
  exchange.state.counters.answers[code]++;
  const errorCode = { type: attributeType.errorCode, value: encodeErrorCode(code) };
  return answer(exchange, "error", [errorCode, ...attributes]);
}

/**
 * 401 or 438 with a nonce (RFC 8489 §9.2.4): 60 bytes, without MESSAGE-INTEGRITY, since there is
 * nobody to share a key with.
 */
export function challenge(
  state: RelayState,
  tuple: FiveTuple,
  message: StunMessage,
  code: 401 | 438,
  now: number,
): Uint8Array {
  state.counters.answers[code]++;
  return encodeMessage(messageType(message.method, "error"), message.transactionId, [
    { type: attributeType.errorCode, value: encodeErrorCode(code) },
    { type: attributeType.realm, value: state.realm },
    { type: attributeType.nonce, value: makeNonce(state, tuple, now) },
  ]);
}

function answer(
  exchange: Exchange,
  answerClass: StunClass,
  attributes: readonly StunAttribute[],
): Uint8Array {
  const { message, state, key } = exchange;
  const type = messageType(message.method, answerClass);
  return appendIntegrity(state.crypto, encodeMessage(type, message.transactionId, attributes), key);
}
