import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import { encodeErrorCode } from "../stun/error-code.ts";
import { encodeMessage, messageType, type StunClass, type StunMessage } from "../stun/message.ts";
import { type Action, drop, send } from "./action.ts";
import type { Allocation } from "./allocation.ts";
import { type FiveTuple, sourceOf } from "./five-tuple.ts";
import { xorMappedAddress } from "./mapped-address.ts";
import type { RelayState } from "./relay-state.ts";
import { admitStranger } from "./stranger-limit.ts";
import { unknownAttributes } from "./unknown-attributes.ts";

/**
 * Answers a Binding (RFC 8489 §2 and §6.3.1) of a party of a direct call, and nobody else's: the
 * answer is the client's address, which it would hand on to the other side.
 *
 * A Binding carries no credential, so the allocation of its five-tuple vouches for it, and it pays
 * as a stranger does. Browsers send it before they have allocated, and again until it is answered.
 *
 * @param allocation what the five-tuple has already
 */
export function answerBinding(
  state: RelayState,
  tuple: FiveTuple,
  message: StunMessage,
  allocation: Allocation | undefined,
  now: number,
): Action {
  if (allocation?.call.isDirect !== true) return drop("unwanted");
  if (!admitStranger(state.strangers, sourceOf(tuple), now)) return drop("too-many-requests");
  const unknown = unknownAttributes(message);
  if (unknown === undefined) {
    state.counters.answers.success++;
    return send(tuple, answer(message, "success", [xorMappedAddress(tuple, message)]));
  }
  state.counters.answers[420]++;
  const errorCode = { type: attributeType.errorCode, value: encodeErrorCode(420) };
  return send(tuple, answer(message, "error", [errorCode, unknown]));
}

/** Without MESSAGE-INTEGRITY, as the request was. */
function answer(
  message: StunMessage,
  answerClass: StunClass,
  attributes: readonly StunAttribute[],
): Uint8Array {
  return encodeMessage(messageType(message.method, answerClass), message.transactionId, attributes);
}
