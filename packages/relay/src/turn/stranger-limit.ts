import type { RelayLimits } from "../limits.ts";

/**
 * Token buckets for requests that nobody has vouched for: one for each source and one for all.
 * Sources share a fixed number of buckets by a keyed hash, so that a million forged sources take no
 * memory; the key keeps a stranger from choosing whose bucket it empties.
 */
export interface StrangerLimit {
  readonly limits: RelayLimits;
  readonly seed: number;
  /** Tokens left, and when (Unix time in milliseconds) that was true. Index 0 is everybody's. */
  readonly tokens: Float64Array;
  readonly times: Float64Array;
}

const sourceBuckets = 16_384;

/** @param seed 4 random bytes */
export function makeStrangerLimit(limits: RelayLimits, seed: Uint8Array): StrangerLimit {
  return {
    limits,
    seed: new DataView(seed.buffer, seed.byteOffset).getInt32(0),
    tokens: new Float64Array(1 + sourceBuckets).fill(Number.POSITIVE_INFINITY),
    times: new Float64Array(1 + sourceBuckets),
  };
}

/** Takes a token of this source and one of everybody's. Says whether both were there. */
export function admitStranger(limit: StrangerLimit, source: string, now: number): boolean {
  const { limits } = limit;
  const bucket = 1 + hashOf(source, limit.seed);
  // The source pays first: a flood from one address must not empty what all share.
  return (
    takeToken(
      limit,
      bucket,
      limits.strangerRequestsPerSourcePerSecond,
      limits.strangerRequestsPerSourceBurst,
      now,
    ) && takeToken(limit, 0, limits.strangerRequestsPerSecond, limits.strangerRequestsBurst, now)
  );
}

function takeToken(
  limit: StrangerLimit,
  bucket: number,
  perSecond: number,
  burst: number,
  now: number,
): boolean {
  const since = Math.max(0, now - (limit.times[bucket] ?? 0));
  const tokens = Math.min(burst, (limit.tokens[bucket] ?? 0) + (since * perSecond) / 1_000);
  const isThere = tokens >= 1;
  limit.tokens[bucket] = isThere ? tokens - 1 : tokens;
  limit.times[bucket] = now;
  return isThere;
}

/** FNV-1a with a secret start, and MurmurHash3's last steps so that every bit counts. */
function hashOf(source: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = 0; i < source.length; i++) {
    hash = Math.imul(hash ^ source.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (sourceBuckets - 1);
}
