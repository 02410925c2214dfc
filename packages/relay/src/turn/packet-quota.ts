import type { RelayLimits } from "../limits.ts";
import type { Allocation } from "./allocation.ts";
import type { RelayState } from "./relay-state.ts";

/**
 * Token buckets for packets and for bits, of one sender or of all together. `at` is when (Unix time
 * in milliseconds) what is left was true.
 */
export interface PacketQuota {
  packets: number;
  bits: number;
  at: number;
}

/** A quota of which nothing is used: whoever comes may begin with a burst. */
export function makePacketQuota(): PacketQuota {
  return { packets: Number.POSITIVE_INFINITY, bits: Number.POSITIVE_INFINITY, at: 0 };
}

/**
 * Counts a packet against its sender and against the relay. Says whether it may pass.
 *
 * @param bytes of the packet with the header of STUN or ChannelData, as it came in
 */
export function admitPacket(
  { limits, quota }: RelayState,
  from: Allocation,
  bytes: number,
  now: number,
): boolean {
  const { packetsPerPartyPerSecond, bitsPerPartyPerSecond } = limits;
  const { packetsPerSecondMax, bitsPerSecondMax } = limits;
  // The sender pays first: a flood of one must not empty what all share.
  return (
    take(from.quota, limits, packetsPerPartyPerSecond, bitsPerPartyPerSecond, bytes, now) &&
    take(quota, limits, packetsPerSecondMax, bitsPerSecondMax, bytes, now)
  );
}

function take(
  quota: PacketQuota,
  { quotaBurstMs }: RelayLimits,
  packetsPerSecond: number,
  bitsPerSecond: number,
  bytes: number,
  now: number,
): boolean {
  const sinceMs = Math.max(0, Math.min(now - quota.at, quotaBurstMs));
  const packets = refill(quota.packets, packetsPerSecond, sinceMs, quotaBurstMs);
  const bits = refill(quota.bits, bitsPerSecond, sinceMs, quotaBurstMs);
  const isAdmitted = packets >= 1 && bits >= bytes * 8;
  quota.packets = isAdmitted ? packets - 1 : packets;
  quota.bits = isAdmitted ? bits - bytes * 8 : bits;
  quota.at = now;
  return isAdmitted;
}

function refill(left: number, perSecond: number, sinceMs: number, burstMs: number): number {
  return Math.min((perSecond * burstMs) / 1_000, left + (perSecond * sinceMs) / 1_000);
}
