import { RefusedError } from "../errors.ts";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import type { Write } from "../store/store.ts";
import { callDeviceOf } from "./call-device.ts";
import { isInCall } from "./is-in-call.ts";
import { type RunParts, runCall } from "./run-call.ts";

type Accept = Extract<CallMessage, { type: "accept" }>;

/**
 * Takes a call, and ends the one that this device leaves for it, both or neither. A call that is over
 * already, or is not this device's to end, is left as it is.
 *
 * @throws RefusedError with the machine's code: nothing happened, and the call that was to end goes on
 */
export async function accept(
  write: Write,
  device: ConnectedDevice,
  message: Accept,
  parts: RunParts,
): Promise<void> {
  const from = callDeviceOf(device);
  const { callId, ends } = message;
  if (ends !== null) await runCall(write, ends, { type: "hang-up", callId: ends, from }, parts);
  if (await isInCall(write.db, device, callId)) throw new RefusedError("already-in-call", "");
  const ran = await runCall(write, callId, { ...message, from }, parts);
  if (ran.outcome === "refused") throw new RefusedError(ran.code, "");
}
