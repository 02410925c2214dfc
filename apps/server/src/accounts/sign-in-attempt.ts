import type { Handle } from "@ringfence/protocol";
import type { RateLimiter } from "../http/rate-limiter.ts";

/**
 * Counts an attempt to get into an account by something that could be guessed: narrowly for a
 * handle and a source together, widely for each alone. Every attempt counts until one succeeds.
 *
 * @param source a keyed hash of the network address
 * @throws RefusedError `too-many-requests`
 */
export function signInAttempt(
  rateLimiter: RateLimiter,
  handle: Handle,
  source: string,
): { succeeded: () => void } {
  const counted = [
    ["signInsPerSource", source],
    ["signInsPerAccountAndSource", `${handle} ${source}`],
    ["signInsPerAccount", handle],
  ] as const;
  for (const [rate, key] of counted) rateLimiter.take(rate, key);
  return {
    succeeded() {
      for (const [rate, key] of counted) rateLimiter.giveBack(rate, key);
    },
  };
}
