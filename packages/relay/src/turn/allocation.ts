import type { Call } from "./call.ts";
import type { Channel } from "./channel.ts";
import type { Credential } from "./credential.ts";
import type { FiveTuple } from "./five-tuple.ts";
import type { PacketQuota } from "./packet-quota.ts";
import type { RelayedAddress } from "./relayed-address.ts";
import type { RelayState } from "./relay-state.ts";
import type { RequestQuota } from "./request-quota.ts";

/** RFC 8656 §2 and §6. */
export interface Allocation {
  readonly fiveTuple: FiveTuple;
  /** What it was allocated with, and what all its later requests must carry: RFC 8656 §5. */
  readonly credential: Credential;
  /** The key of MESSAGE-INTEGRITY that belongs to the credential. */
  readonly key: Uint8Array;
  readonly call: Call;
  readonly relayed: RelayedAddress;
  /** Whom the quota per source counts it for. */
  readonly source: string;
  /** The Allocate that made it and what was answered, for when that is sent again. */
  readonly transactionId: Uint8Array;
  readonly answer: Uint8Array;
  /** Unix time in milliseconds. A Refresh moves it, never beyond `endsAt`. */
  expiresAt: number;
  readonly endsAt: number;
  readonly channels: Map<number, Channel>;
  readonly channelsByPeer: Map<RelayedAddress, Channel>;
  /** Moves on with everything that changes where packets from here or to here go. */
  generation: number;
  /** What its party may still send on, over all of its allocations in this call. */
  readonly quota: PacketQuota;
  /** What may still be asked about it. */
  readonly requests: RequestQuota;
}

/** The allocation of a five-tuple. One that has expired is ended here: its five-tuple is free. */
export function liveAllocation(
  state: RelayState,
  tuple: FiveTuple,
  now: number,
): Allocation | undefined {
  const allocation = state.allocations.get(tuple.key);
  if (allocation === undefined || allocation.expiresAt > now) return allocation;
  endAllocation(state, allocation);
  return undefined;
}

export function addAllocation(state: RelayState, allocation: Allocation): void {
  state.allocations.set(allocation.fiveTuple.key, allocation);
  allocation.call.allocations.set(allocation.relayed, allocation);
  if (allocation.credential.party === "a") allocation.call.isServed = true;
  state.sources.set(allocation.source, (state.sources.get(allocation.source) ?? 0) + 1);
}

/** Takes an allocation out of every table: from here on nothing reaches its client. */
export function endAllocation(state: RelayState, allocation: Allocation): void {
  state.allocations.delete(allocation.fiveTuple.key);
  allocation.call.allocations.delete(allocation.relayed);
  allocation.generation++;
  const left = (state.sources.get(allocation.source) ?? 1) - 1;
  if (left === 0) state.sources.delete(allocation.source);
  else state.sources.set(allocation.source, left);
}
