import type { Device } from "@ringfence/protocol";
import type { Bus } from "../bus/bus.ts";
import type { Reader } from "../store/store.ts";
import type { Login } from "./logins.ts";

export interface OwnDevicesParts {
  /** Whether a page of the device is open; null where it cannot be known now. */
  readonly isConnected: Bus["isConnected"];
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** The devices that are signed in to the account, the one seen last first. */
export async function listDevices(
  db: Reader,
  login: Login,
  { isConnected, now }: OwnDevicesParts,
): Promise<Device[]> {
  const rows = await db
    .selectFrom("device")
    .innerJoin("login", "login.device_id", "device.id")
    .leftJoin("push_subscription", "push_subscription.device_id", "device.id")
    .leftJoin("device_key", "device_key.device_id", "device.id")
    .leftJoin("linked_key", (join) =>
      join
        .onRef("linked_key.account_id", "=", "device.account_id")
        .onRef("linked_key.identity_key", "=", "device_key.identity_key"),
    )
    .select(["device.id", "device.name", "device.created_at", "device.last_seen_at", "endpoint"])
    .select(["device_key.identity_key", "linked_key.identity_key as linked_key"])
    .where("device.account_id", "=", login.account)
    .where("login.expires_at", ">", now())
    .orderBy("device.last_seen_at", "desc")
    .orderBy("device.id", "desc")
    .execute();
  const open = await Promise.all(rows.map(({ id }) => isConnected(id)));
  return rows.map((row, index) => ({
    id: row.id,
    name: row.name,
    signedInAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    isThisOne: row.id === login.device,
    isOpen: open[index] === true,
    isNotified: row.endpoint !== null,
    identityKey: row.identity_key,
    isLinked: row.linked_key !== null,
  }));
}
