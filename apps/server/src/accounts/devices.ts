import type { Device, DeviceId } from "@ringfence/protocol";
import type { Reader } from "../store/store.ts";
import type { Login } from "./logins.ts";

/** The devices that are signed in to the account, the one seen last first. */
export async function listDevices(
  db: Reader,
  login: Login,
  now: number,
  isConnected: (device: DeviceId) => boolean,
): Promise<Device[]> {
  const rows = await db
    .selectFrom("device")
    .innerJoin("login", "login.device_id", "device.id")
    .leftJoin("push_subscription", "push_subscription.device_id", "device.id")
    .select(["device.id", "device.name", "device.created_at", "device.last_seen_at", "endpoint"])
    .where("device.account_id", "=", login.account)
    .where("login.expires_at", ">", now)
    .orderBy("device.last_seen_at", "desc")
    .orderBy("device.id", "desc")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    signedInAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    isThisOne: row.id === login.device,
    isOpen: isConnected(row.id),
    isNotified: row.endpoint !== null,
  }));
}
