import { ECDH } from "node:crypto";
import type { AccountId, DeviceId, PushSubscription } from "@ringfence/protocol";
import type { Login } from "../accounts/logins.ts";
import { RefusedError } from "../errors.ts";
import type { Reader, Store, Write } from "../store/store.ts";

/** A device that is reached by push. */
export interface SubscribedDevice {
  readonly device: DeviceId;
  readonly subscription: PushSubscription;
}

/** @throws RefusedError `malformed`: nothing could be encrypted for such a key */
export function refuseBadKey({ keys }: PushSubscription): void {
  try {
    ECDH.convertKey(keys.p256dh, "prime256v1", "base64url");
  } catch {
    throw new RefusedError("malformed", "The key of a subscription is a point of P-256.", {
      field: "keys.p256dh",
    });
  }
}

/**
 * Puts a device's subscription in the place of what it had, and writes nothing that stands there.
 *
 * @throws RefusedError `malformed`: another device has its address, with other keys
 */
export async function putSubscription(
  store: Store,
  { account, device }: Login,
  { endpoint, keys }: PushSubscription,
): Promise<void> {
  const row = { account_id: account, endpoint, p256dh: keys.p256dh, auth: keys.auth };
  const same = await store.db
    .selectFrom("push_subscription")
    .select("device_id")
    .where("device_id", "=", device)
    .where("endpoint", "=", endpoint)
    .where("p256dh", "=", keys.p256dh)
    .where("auth", "=", keys.auth)
    .executeTakeFirst();
  if (same !== undefined) return;
  await store.write(async ({ db, now }) => {
    // The browser's profile may have been another login's before: it is whose it is now. Its keys
    // show that it is the same browser; an address alone may be known to others.
    const foreign = await db
      .selectFrom("push_subscription")
      .select("device_id")
      .where("endpoint", "=", endpoint)
      .where("device_id", "!=", device)
      .where((where) =>
        where.or([where("p256dh", "!=", keys.p256dh), where("auth", "!=", keys.auth)]),
      )
      .executeTakeFirst();
    if (foreign !== undefined) throw addressTaken();
    await db
      .deleteFrom("push_subscription")
      .where((where) =>
        where.or([where("endpoint", "=", endpoint), where("device_id", "=", device)]),
      )
      .execute();
    await db
      .insertInto("push_subscription")
      .values({ device_id: device, ...row, created_at: now })
      .execute();
  });
}

/** @param endpoint only where this is still the one */
export async function removeSubscription(
  { db }: Write,
  device: DeviceId,
  endpoint?: string,
): Promise<void> {
  let query = db.deleteFrom("push_subscription").where("device_id", "=", device);
  if (endpoint !== undefined) query = query.where("endpoint", "=", endpoint);
  await query.execute();
}

/** Whether a device is signed in and still reached by this subscription. */
export async function isSubscribed(
  db: Reader,
  { device, subscription }: SubscribedDevice,
  now: number,
): Promise<boolean> {
  const row = await db
    .selectFrom("push_subscription")
    .innerJoin("login", "login.device_id", "push_subscription.device_id")
    .select("push_subscription.device_id")
    .where("push_subscription.device_id", "=", device)
    .where("endpoint", "=", subscription.endpoint)
    .where("login.expires_at", ">", now)
    .executeTakeFirst();
  return row !== undefined;
}

/** The devices of an account that are signed in and reached by push. */
export async function subscribedDevices(
  db: Reader,
  account: AccountId,
  now: number,
): Promise<SubscribedDevice[]> {
  const rows = await db
    .selectFrom("push_subscription")
    .innerJoin("login", "login.device_id", "push_subscription.device_id")
    .select(["push_subscription.device_id", "endpoint", "p256dh", "auth"])
    .where("push_subscription.account_id", "=", account)
    .where("login.expires_at", ">", now)
    .execute();
  return rows.map(({ device_id, endpoint, p256dh, auth }) => ({
    device: device_id,
    subscription: { endpoint, keys: { p256dh, auth } },
  }));
}

function addressTaken(): RefusedError {
  return new RefusedError(
    "malformed",
    "This subscription belongs to another device. Turn notifications off in this browser, then on again.",
    { field: "endpoint" },
  );
}
