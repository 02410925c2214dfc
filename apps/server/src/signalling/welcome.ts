import { protocolVersion } from "@ringfence/protocol";
import type { Login } from "../accounts/logins.ts";
import type { Calls } from "../calls/calls.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { Store } from "../store/store.ts";
import type { ConnectionParts } from "./connection.ts";

/** What a device is told when it says hello, and how it knows that it has missed nothing since. */
export function welcome(
  store: Store,
  calls: Pick<Calls, "standingFor">,
  now: () => number,
  rateLimiter: Pick<RateLimiter, "take">,
): Pick<ConnectionParts, "welcome" | "latestSequence"> {
  /** The account's number; null for a device that is not signed in any more. */
  async function sequenceFor({ account, device }: Login): Promise<number | null> {
    const row = await store.db
      .selectFrom("login")
      .innerJoin("account", "account.id", "login.account_id")
      .select("account.sequence")
      .where("login.device_id", "=", device)
      .where("login.account_id", "=", account)
      .where("login.expires_at", ">", now())
      .where("account.suspended_at", "is", null)
      .executeTakeFirst();
    return row?.sequence ?? null;
  }
  return {
    async welcome(device) {
      rateLimiter.take("hellosPerDevice", device.device);
      // The number first: what is delivered between the two reads is then told twice, never missed.
      const sequence = await sequenceFor(device);
      if (sequence === null) return null;
      const standing = await calls.standingFor(device);
      return { sequence, message: { type: "welcome", protocolVersion, ...standing } };
    },
    latestSequence: sequenceFor,
  };
}
