import { attributeType } from "../stun/attribute.ts";
import { findAttribute } from "../stun/message.ts";
import { type Allocation, endAllocation } from "./allocation.ts";
import { type Exchange, refuse, succeed } from "./exchange.ts";
import { encodeLifetime, grantedLifetime, requestedLifetime } from "./lifetime.ts";
import { familyOfRelayed } from "./relayed-address.ts";

/** Answers a Refresh: RFC 8656 §8.2. */
export function refresh(exchange: Exchange, allocation: Allocation): Uint8Array {
  const { state, message, now } = exchange;
  const family = findAttribute(message, attributeType.requestedAddressFamily);
  if (family !== undefined && family[0] !== familyOfRelayed(allocation.relayed)) {
    return refuse(exchange, 443);
  }
  const requestedMs = requestedLifetime(message);
  if (requestedMs === "malformed") return refuse(exchange, 400);
  if (requestedMs === 0) {
    endAllocation(state, allocation);
    return succeed(exchange, [encodeLifetime(0)]);
  }
  const lifetimeMs = Math.min(grantedLifetime(state.limits, requestedMs), allocation.endsAt - now);
  allocation.expiresAt = now + lifetimeMs;
  allocation.generation++;
  return succeed(exchange, [encodeLifetime(lifetimeMs)]);
}
