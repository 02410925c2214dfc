import { AccountId, idRandomBytes, makeId } from "@ringfence/protocol";
import { decide, type Decision, type Facts, type Invite, type Permit } from "../index.ts";

/** Two people, and facts about them from which each test changes what it is about. */

export const now = 1_750_000_000_000;
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export const alice = accountOf(1);
export const bob = accountOf(2);
export const aliceRingsBob: Invite = { caller: alice, callee: bob, kind: "audio" };

/** They talk now and then, and nothing else: Bob chose nobody, and lets nobody ask. */
export const acquaintances: Facts = {
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
  audiences: [],
  isInAddressBook: false,
  callerFollowsCallee: false,
  calleeFollowsCaller: false,
  isCallerVouched: false,
  fadingDays: 180,
  calleeActedAt: now - dayMs,
  letsAsk: false,
  askedAt: [],
  othersRungCount: 0,
  ringsWithoutGrantCount: 0,
};

/** They follow each other, and Bob takes calls of mutuals. */
export const friends: Facts = {
  ...acquaintances,
  audiences: ["mutuals"],
  callerFollowsCallee: true,
  calleeFollowsCaller: true,
};

/** "8 ring: mutuals", "9 ask: faded", "10 no: no-audience". */
export function answerTo(facts: Facts, at = now): string {
  const decision = decide(aliceRingsBob, facts, at);
  if (decision.allow !== "ring") return `${decision.row} ${decision.allow}: ${decision.reason}`;
  return `${decision.permit.row} ring: ${decision.permit.reason}`;
}

export function permitOf(decision: Decision): Permit {
  if (decision.allow !== "ring") throw new Error(`not allowed: ${decision.reason}`);
  return decision.permit;
}

function accountOf(number: number): AccountId {
  return AccountId.parse(makeId(number, new Uint8Array(idRandomBytes)));
}
