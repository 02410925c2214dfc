import { RefusedError } from "../errors.ts";
import { type Rate, type RateName, serverLimits } from "../limits.ts";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * Token buckets in memory: how often one account or one source did something lately. Nothing of it
 * outlives the process, and it holds a bounded number of keys however many there are.
 */
export class RateLimiter {
  readonly #rates: Readonly<Record<RateName, Rate>>;
  readonly #now: () => number;
  readonly #buckets = new Map<RateName, Map<string, Bucket>>();

  /** @param now milliseconds; only differences count */
  constructor(rates: Readonly<Record<RateName, Rate>>, now: () => number) {
    this.#rates = rates;
    this.#now = now;
  }

  /** @throws RefusedError `too-many-requests`, with the seconds until it is worth asking again */
  take(name: RateName, key: string): void {
    const bucket = this.#fill(name, key);
    if (bucket.tokens < 1) {
      const missing = 1 - bucket.tokens;
      const seconds = Math.ceil((missing / this.#rates[name].perMinute) * 60);
      throw new RefusedError(
        "too-many-requests",
        `That was too often in a short time. Try again in ${waitInWords(seconds)}.`,
        { retryAfterSeconds: seconds },
      );
    }
    bucket.tokens -= 1;
  }

  /** Gives back what was taken, for what turned out not to count. */
  giveBack(name: RateName, key: string): void {
    const bucket = this.#fill(name, key);
    bucket.tokens = Math.min(this.#rates[name].burst, bucket.tokens + 1);
  }

  #fill(name: RateName, key: string): Bucket {
    const { burst, perMinute } = this.#rates[name];
    const buckets = this.#buckets.get(name) ?? new Map<string, Bucket>();
    this.#buckets.set(name, buckets);
    const now = this.#now();
    const bucket = buckets.get(key) ?? { tokens: burst, filledAt: now };
    const earned = (Math.max(0, now - bucket.filledAt) / 60_000) * perMinute;
    bucket.tokens = Math.min(burst, bucket.tokens + earned);
    bucket.filledAt = now;
    // Behind all others: the first of a map is the one not seen for longest.
    buckets.delete(key);
    buckets.set(key, bucket);
    const oldest = buckets.keys().next();
    if (buckets.size > serverLimits.rateKeysMax && oldest.done === false) {
      buckets.delete(oldest.value);
    }
    return bucket;
  }
}

function waitInWords(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? "a second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "a minute" : `${minutes} minutes`;
}
