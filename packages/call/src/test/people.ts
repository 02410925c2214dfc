import { AccountId, CallId, DeviceId, idRandomBytes, makeId } from "@ringfence/protocol";
import { decide, type Facts, type Permit } from "@ringfence/policy";
import type { CallDevice, Recipient } from "../index.ts";

/** Two people with two devices each, a stranger, and everything in place for a ring. */

export const startedAt = 1_750_000_000_000;

export function textOfId(number: number): string {
  const random = new Uint8Array(idRandomBytes);
  random[0] = number >> 8;
  random[1] = number & 255;
  return makeId(startedAt, random);
}

export function deviceOf(accountNumber: number, deviceNumber: number): CallDevice {
  return {
    accountId: AccountId.parse(textOfId(accountNumber)),
    deviceId: DeviceId.parse(textOfId(accountNumber * 256 + deviceNumber)),
  };
}

export const alicePhone = deviceOf(1, 1);
export const aliceLaptop = deviceOf(1, 2);
export const bobPhone = deviceOf(2, 1);
export const bobLaptop = deviceOf(2, 2);
export const malloryPhone = deviceOf(3, 1);

export const callId = CallId.parse(textOfId(0));

/** Facts that allow a ring. */
export const mutuals: Facts = {
  callerBlocked: false,
  calleeBlocked: false,
  eitherSuspended: false,
  calleeSetNever: false,
  callerEntered: true,
  calleeEntered: true,
  letsCallBack: true,
  calleeRangAt: null,
  calleeAskedAt: null,
  calleeAsksSince: null,
  answeredAt: null,
  callBackRevokedAt: null,
  calling: "on",
  limitsUnanswered: true,
  unansweredRingsAt: [],
  grant: null,
  audiences: ["mutuals"],
  isInAddressBook: false,
  callerFollowsCallee: true,
  calleeFollowsCaller: true,
  isCallerVouched: false,
  fadingDays: null,
  calleeActedAt: null,
  letsAsk: true,
  askedAt: [],
  othersRungCount: 0,
  ringsWithoutGrantCount: 0,
};

export function permitFor(caller: AccountId, callee: AccountId, now: number): Permit {
  const decision = decide({ caller, callee, kind: "audio" }, mutuals, now);
  if (decision.allow !== "ring") throw new Error("mutuals may ring");
  return decision.permit;
}

/** Whether a device is among those that are told. */
export function isToldTo(to: Recipient, device: CallDevice): boolean {
  if (to.accountId !== device.accountId) return false;
  switch (to.devices) {
    case "all":
      return true;
    case "only":
      return to.deviceId === device.deviceId;
    case "all-but":
      return to.deviceId !== device.deviceId;
  }
}
