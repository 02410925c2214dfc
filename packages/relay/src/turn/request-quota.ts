import type { RelayLimits } from "../limits.ts";
import { messageType } from "../stun/message.ts";
import type { Allocation } from "./allocation.ts";
import { turnMethod } from "./method.ts";

const { refresh, createPermission, channelBind } = turnMethod;
/** Requests about an allocation that is there. An Allocate is a stranger's, whoever sends it. */
const types = new Set(
  [refresh, createPermission, channelBind].map((it) => messageType(it, "request")),
);

/**
 * A token bucket for requests of one allocation. `at` is when (Unix time in milliseconds) what is
 * left was true.
 */
export interface RequestQuota {
  left: number;
  at: number;
}

/** A quota of which nothing is used. */
export function makeRequestQuota(): RequestQuota {
  return { left: Number.POSITIVE_INFINITY, at: 0 };
}

/** Whether bytes begin as a request that only an allocation's owner has a reason to send. */
export function isOwnersRequest(bytes: Uint8Array): boolean {
  return types.has(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
}

/**
 * Counts a request about an allocation, before anything is computed for it: to sign one and send it
 * again costs its client nothing, to check it costs the relay several packets' time. Says whether it
 * may be looked at.
 */
export function admitRequest(
  { requests }: Allocation,
  { requestsPerAllocationPerSecond, requestsPerAllocationBurst }: RelayLimits,
  now: number,
): boolean {
  const gained = (Math.max(0, now - requests.at) * requestsPerAllocationPerSecond) / 1_000;
  const left = Math.min(requestsPerAllocationBurst, requests.left + gained);
  const isAdmitted = left >= 1;
  requests.left = isAdmitted ? left - 1 : left;
  requests.at = now;
  return isAdmitted;
}
