import type { CallDevice } from "@ringfence/call";
import type { Login } from "../accounts/logins.ts";

/** A signed-in device, as the call machine knows it. */
export function callDeviceOf({ account, device }: Login): CallDevice {
  return { accountId: account, deviceId: device };
}
