import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import { encodeErrorCode } from "../stun/error-code.ts";
import { type AddressFamily, encodeXorAddress } from "../stun/xor-address.ts";
import { addAllocation, type Allocation, endAllocation } from "./allocation.ts";
import { parseAllocate } from "./allocate-request.ts";
import { type Call, makeCall } from "./call.ts";
import type { Quota } from "./counters.ts";
import type { Party } from "./credential.ts";
import { type Exchange, refuse, succeed } from "./exchange.ts";
import { sourceOf } from "./five-tuple.ts";
import { encodeLifetime, grantedLifetime } from "./lifetime.ts";
import { xorMappedAddress } from "./mapped-address.ts";
import {
  makeRelayedAddress,
  type RelayedAddress,
  relayedAddressRandomBytes,
  transportAddressOf,
} from "./relayed-address.ts";
import type { RelayState } from "./relay-state.ts";
import { makeRequestQuota } from "./request-quota.ts";

/**
 * Answers an Allocate: RFC 8656 §7.2.
 *
 * @param existing what the five-tuple has already
 */
export function allocate(exchange: Exchange, existing: Allocation | undefined): Uint8Array {
  const { state, fiveTuple, message, credential, key, now } = exchange;
  if (existing !== undefined) {
    // RFC 8656 §7.2, step 2, and RFC 8489 §6.3.1: the same transaction gets the same answer.
    const isRepeated =
      message.transactionId.every((byte, i) => byte === existing.transactionId[i]) &&
      credential.username === existing.credential.username;
    if (!isRepeated) return refuse(exchange, 437);
    state.counters.answers.success++;
    return existing.answer;
  }
  const request = parseAllocate(message);
  if (request.outcome === "refused") return refuse(exchange, request.code);

  const source = sourceOf(fiveTuple);
  const call =
    state.calls.get(credential.callId) ??
    // Only where the relay runs alone: elsewhere a credential of an unknown call is nobody's word.
    makeCall(state, credential.callId, { phase: "open" }, now);
  // RFC 8656 §7.2, step 11. A client that has a second relay goes there.
  if (state.isDraining && !call.isServed) return refuse(exchange, 508);
  makeRoom(state, call, credential.party);
  const exhausted = exhaustedQuota(state, call, credential.party, source);
  if (exhausted !== undefined) {
    state.counters.quotaRefusals[exhausted]++;
    // RFC 8656 §7.2, step 11: 486 where this user has enough, 508 where the relay has.
    return refuse(exchange, exhausted === "allocations" ? 508 : 486);
  }

  const relayed = freeAddress(exchange, call, request.family, request.isEvenPort);
  const endsAt = Math.min(call.endsAt, now + state.limits.callMsMax);
  const lifetimeMs = Math.min(grantedLifetime(state.limits, request.lifetimeMs), endsAt - now);
  const answer = succeed(exchange, [
    xorAddress(exchange, attributeType.xorRelayedAddress, relayed),
    encodeLifetime(lifetimeMs),
    // RFC 8656 §7.2: the client must be told.
    xorMappedAddress(fiveTuple, message),
    ...(request.wantsSecondFamily ? [secondFamilyRefused()] : []),
  ]);
  addAllocation(state, {
    fiveTuple,
    credential,
    key,
    call,
    relayed,
    source,
    transactionId: Uint8Array.from(message.transactionId),
    answer,
    expiresAt: now + lifetimeMs,
    endsAt,
    channels: new Map(),
    channelsByPeer: new Map(),
    generation: 0,
    quota: call.quotas[credential.party],
    requests: makeRequestQuota(),
  });
  return answer;
}

/**
 * A device in a call that goes from network to network leaves allocations behind which nobody ends.
 * Where its party has no room for one more, the one that it refreshed least lately gives way. While it
 * rings a party has many devices, and none may end what is another's.
 */
function makeRoom(state: RelayState, call: Call, party: Party): void {
  if (call.phase.phase !== "joined") return;
  const own = [...call.allocations.values()].filter(({ credential }) => credential.party === party);
  if (own.length < state.limits.allocationsPerPartyMax) return;
  const [stalest] = own.toSorted((one, other) => one.expiresAt - other.expiresAt);
  if (stalest !== undefined) endAllocation(state, stalest);
}

/** Which quota has no room for one more allocation. */
function exhaustedQuota(
  state: RelayState,
  call: Call,
  party: Party,
  source: string,
): Quota | undefined {
  const { limits } = state;
  let ofParty = 0;
  for (const { credential } of call.allocations.values()) if (credential.party === party) ofParty++;
  if (ofParty >= limits.allocationsPerPartyMax) return "allocations-per-party";
  if ((state.sources.get(source) ?? 0) >= limits.allocationsPerSourceMax) {
    return "allocations-per-source";
  }
  return state.allocations.size >= limits.allocationsMax ? "allocations" : undefined;
}

/** The quota of a party is far below the eight million addresses that it has: one is free. */
function freeAddress(
  exchange: Exchange,
  call: Call,
  family: AddressFamily,
  isEvenPort: boolean,
): RelayedAddress {
  const { crypto } = exchange.state;
  for (;;) {
    const random = crypto.randomBytes(relayedAddressRandomBytes);
    const relayed = makeRelayedAddress(family, exchange.credential.party, isEvenPort, random);
    if (!call.allocations.has(relayed)) return relayed;
  }
}

function xorAddress(exchange: Exchange, type: number, relayed: RelayedAddress): StunAttribute {
  const { transactionId } = exchange.message;
  return { type, value: encodeXorAddress(transportAddressOf(relayed), transactionId) };
}

/**
 * RFC 8656 §18.12: the client gets the IPv4 address alone. A second one would change nothing, since
 * neither of them is a place in a network.
 */
function secondFamilyRefused(): StunAttribute {
  const value = encodeErrorCode(508);
  value[0] = 0x02;
  return { type: attributeType.addressErrorCode, value };
}
