import type { StunMessage } from "../stun/message.ts";
import { type Action, drop, send } from "./action.ts";
import { allocate } from "./allocate.ts";
import type { Allocation } from "./allocation.ts";
import { authenticate } from "./authenticate.ts";
import { answerBinding } from "./binding.ts";
import { bindChannel } from "./channel-bind.ts";
import { createPermission } from "./create-permission.ts";
import { challenge, type Exchange, refuse } from "./exchange.ts";
import { type FiveTuple, sourceOf } from "./five-tuple.ts";
import { turnMethod } from "./method.ts";
import { refresh } from "./refresh.ts";
import type { RelayState } from "./relay-state.ts";
import { admitStranger } from "./stranger-limit.ts";
import { unknownAttributes } from "./unknown-attributes.ts";

/** Requests about an allocation that is there. */
const answers = new Map<number, (exchange: Exchange, allocation: Allocation) => Uint8Array>([
  [turnMethod.refresh, refresh],
  [turnMethod.createPermission, createPermission],
  [turnMethod.channelBind, bindChannel],
]);

/**
 * Answers a request, or does not. A stranger gets an answer to Allocate only, and that is smaller
 * than most requests.
 *
 * @param allocation what the five-tuple has already
 */
export function answerRequest(
  state: RelayState,
  tuple: FiveTuple,
  message: StunMessage,
  allocation: Allocation | undefined,
  now: number,
): Action {
  if (message.method === turnMethod.binding) {
    return answerBinding(state, tuple, message, allocation, now);
  }
  const isAllocate = message.method === turnMethod.allocate;
  const answer = answers.get(message.method);
  if (!isAllocate && answer === undefined) return drop("unwanted");
  if (!isAllocate && message.integrityOffset === undefined) return drop("unauthenticated");
  // Whoever has no allocation, and whoever asks for one, is a stranger until proven otherwise: the
  // token is taken before anything is computed.
  const isStranger = allocation === undefined || isAllocate;
  if (isStranger && !admitStranger(state.strangers, sourceOf(tuple), now)) {
    return drop("too-many-requests");
  }

  const authentication = authenticate(state, tuple, message, allocation, now);
  switch (authentication.outcome) {
    case "stranger":
      if (!isAllocate) return drop("unauthenticated");
      return send(tuple, challenge(state, tuple, message, 401, now));
    case "stale":
      return send(tuple, challenge(state, tuple, message, 438, now));
    case "known": {
      const { credential, key } = authentication;
      const exchange = { state, fiveTuple: tuple, message, credential, key, now };
      return send(tuple, answerKnown(exchange, allocation));
    }
  }
}

function answerKnown(exchange: Exchange, allocation: Allocation | undefined): Uint8Array {
  const { message, credential } = exchange;
  const unknown = unknownAttributes(message);
  if (unknown !== undefined) return refuse(exchange, 420, [unknown]);
  const answer = answers.get(message.method);
  if (answer === undefined) return allocate(exchange, allocation);
  // RFC 8656 §5: a request other than Allocate is about an allocation, and by its owner.
  if (allocation === undefined) return refuse(exchange, 437);
  if (credential.username !== allocation.credential.username) return refuse(exchange, 441);
  return answer(exchange, allocation);
}
