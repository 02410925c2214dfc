import { type CallEvent, step } from "@ringfence/call";
import type { AccountId } from "@ringfence/protocol";
import type { ConnectedDevice } from "../signalling/connection.ts";
import type { Write } from "../store/store.ts";
import { callDeviceOf } from "./call-device.ts";
import type { Invite } from "./invite.ts";
import { ringOf } from "./is-in-call.ts";
import { participantsOf } from "./participants.ts";
import { type RunParts, runCall } from "./run-call.ts";
import { viewFor } from "./tell-devices.ts";

/**
 * Two ring each other at once. The older call goes on: an invite that may ring, of somebody who is
 * ringing this account, is the tap with which this device takes their call. Like any accept it wins
 * only where the ring still stands, and the other devices of this account fall silent.
 *
 * @returns false where nobody rings here
 */
export async function takeCrossingRing(
  write: Write,
  device: ConnectedDevice,
  { requestId }: Invite,
  { caller, callee }: { caller: AccountId; callee: AccountId },
  parts: RunParts,
): Promise<boolean> {
  const ring = await ringOf(write.db, { caller: callee, callee: caller });
  if (ring === undefined) return false;
  const { callId } = ring;
  const from = callDeviceOf(device);
  const accept: CallEvent = { type: "accept", callId, ends: null, answer: null, from };
  const taken = step(ring, accept, write.now);
  // Its right to ring has ended: the two are strangers to each other's rings again.
  if (taken.outcome !== "moved") return false;
  const people = await participantsOf(write.db, [taken.call]);
  const call = viewFor(taken.call, from, people, write.now);
  if (call === null) return false;
  // First which call its invite has become, then all that an accept tells.
  write.deliver({
    account: device.account,
    message: null,
    forDevice: { device: device.device, message: { type: "glare", requestId, call } },
  });
  await runCall(write, callId, accept, parts);
  return true;
}
