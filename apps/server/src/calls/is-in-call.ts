import type { Call, RingingCall } from "@ringfence/call";
import type { AccountId, CallId } from "@ringfence/protocol";
import type { Login } from "../accounts/logins.ts";
import type { Reader } from "../store/store.ts";
import { activeCallsOf } from "./call-store.ts";

/**
 * Whether a device has a place in a call: it rang, or its accept won. One device, one call.
 *
 * @param but a call that does not count, the one that is being asked about
 */
export async function isInCall(
  db: Reader,
  { account, device }: Login,
  but?: CallId,
): Promise<boolean> {
  const calls = (await activeCallsOf(db, account)).filter((call) => call.callId !== but);
  return hasPlaceIn(calls, { account, device });
}

/** The same of calls that were read: all of the account that are not over. */
export function hasPlaceIn(calls: readonly Call[], { account, device }: Login): boolean {
  return calls.some(
    (call) =>
      (call.caller.accountId === account && call.caller.deviceId === device) ||
      (call.calleeAccountId === account &&
        "calleeDeviceId" in call &&
        call.calleeDeviceId === device),
  );
}

/**
 * The ring of one account at another, from any of its devices: one at a time. It goes on for its time
 * whatever the callee does to stop it, and so says nothing of them.
 */
export async function ringOf(
  db: Reader,
  { caller, callee }: { caller: AccountId; callee: AccountId },
): Promise<RingingCall | undefined> {
  return ringAmong(await activeCallsOf(db, caller), { caller, callee });
}

/** The same among calls that were read: all of the caller that are not over. */
export function ringAmong(
  calls: readonly Call[],
  { caller, callee }: { caller: AccountId; callee: AccountId },
): RingingCall | undefined {
  return calls.find(
    (call): call is RingingCall =>
      call.state === "ringing" &&
      call.caller.accountId === caller &&
      call.calleeAccountId === callee,
  );
}
