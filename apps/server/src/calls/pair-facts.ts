import {
  type AddressChoice,
  type Facts,
  type GrantFact,
  type Invite,
  buttonFor,
  decide,
  routeBetween,
} from "@ringfence/policy";
import {
  type AccountId,
  type CallButton,
  type CallRoute,
  type CallSettings,
  type CallStanding,
  type Grant,
  limits,
} from "@ringfence/protocol";
import { rightsOf } from "../settings/settings-columns.ts";
import type { Reader } from "../store/store.ts";
import { grantView, grantedView } from "./grant-view.ts";
import { type PairRow, readBoth, readPair, readPairs } from "./pair-query.ts";

type Pair = Pick<Invite, "caller" | "callee">;

/**
 * What the policy must know of an invite, in one query. An account that is not there is a fact
 * like any other.
 *
 * @param now Unix time in milliseconds, from which the limits of an hour count back
 */
export async function pairFacts(db: Reader, pair: Pair, now: number): Promise<Facts> {
  const row = await readPair(db, pair, now);
  return row === undefined ? nobody : factsOf(row);
}

/** The same, and what each of the two chose about their address. */
export async function pairToRing(db: Reader, pair: Pair, now: number) {
  const row = await readPair(db, pair, now);
  return row === undefined
    ? { facts: nobody, route: "relayed" as const }
    : { facts: factsOf(row), route: routeOf(addressesOf(row)) };
}

/** What each of a pair chose about their address in calls with the other. */
export interface Addresses {
  caller: AddressChoice;
  callee: AddressChoice;
}

/** What is known of one caller of a callee. */
export interface KnownCaller {
  facts: Facts;
  addresses: Addresses;
  /** The facts as the callee may know them: see `factsShownOf`. */
  shown: Facts;
  /** The caller's ask still shows to them. */
  isAsked: boolean;
}

/**
 * The same of many callers of one callee, in one query. Accounts that are not there are left out.
 *
 * @param callers a page of them
 */
export async function readCallers(
  db: Reader,
  callee: AccountId,
  callers: readonly AccountId[],
  now: number,
): Promise<ReadonlyMap<AccountId, KnownCaller>> {
  if (callers.length === 0) return new Map();
  const rows = await readPairs(db, callee, callers, now);
  return new Map(
    rows.map((row) => [
      row.caller_id,
      {
        facts: factsOf(row),
        shown: factsShownOf(row),
        addresses: addressesOf(row),
        isAsked: now < askedUntilOf(row),
      },
    ]),
  );
}

/** What a caller sees of the decision; the kind of the call changes nothing about it. */
export function buttonOf(
  { caller, callee }: Pair,
  known: Pick<KnownCaller, "facts" | "isAsked">,
  now: number,
): CallButton {
  return buttonFor(decide({ caller, callee, kind: "audio" }, known.facts, now), known.isAsked);
}

/** The route of a call that began now; nothing of it shows where there is no button to ring. */
export function shownRouteOf(button: CallButton, addresses: Addresses): CallRoute {
  return button === "call" ? routeOf(addresses) : "relayed";
}

function routeOf({ caller, callee }: Addresses): CallRoute {
  return routeBetween(caller, callee);
}

/** The part of the facts that the callee's settings are. */
export type Rules = Pick<
  Facts,
  "letsCallBack" | "calling" | "limitsUnanswered" | "audiences" | "fadingDays" | "letsAsk"
>;

export function rulesOf(settings: Omit<CallSettings, "quietHours" | "doNotDisturb">): Rules {
  return {
    letsCallBack: settings.callBack,
    calling: settings.calling,
    limitsUnanswered: settings.unansweredLimit,
    audiences: settings.audiences,
    fadingDays: settings.fading ? settings.fadingDays : null,
    letsAsk: settings.asking === "anyone-in-conversation",
  };
}

/** What stands at the top right of the caller's conversation with the callee. */
export async function callStandingOf(
  db: Reader,
  caller: AccountId,
  callee: AccountId,
  now: number,
): Promise<CallStanding> {
  return standingFrom(await readPair(db, { caller, callee }, now), { caller, callee }, now);
}

/** How a caller stands with a callee: what the caller sees of it, and what the callee sees. */
export interface Standing {
  call: CallStanding;
  shown: {
    /** The callee's list of who can ring is made of these. */
    callButton: CallButton;
    /** The right that the callee gave. */
    grant: Grant | null;
  };
}

/** How each of two stands with the other, as the caller. */
interface Standings {
  /** The caller with the callee, at each of the times. */
  there: Standing[];
  /** The callee with the caller. */
  back: Standing[];
}

/**
 * The same of both directions and at each of several times, from facts as they are now: what differs
 * from one time to the other, time alone changed.
 *
 * @param times Unix times in milliseconds
 */
export async function standingsAt(
  db: Reader,
  { caller, callee }: Pair,
  times: readonly number[],
): Promise<Standings> {
  const { there, back } = await readBoth(db, { caller, callee }, Math.max(...times));
  return {
    there: times.map((at) => standingOf(there, { caller, callee }, at)),
    back: times.map((at) => standingOf(back, { caller: callee, callee: caller }, at)),
  };
}

function standingOf(row: PairRow | undefined, pair: Pair, at: number): Standing {
  const call = standingFrom(row, pair, at);
  if (row === undefined) return { call, shown: { callButton: call.callButton, grant: null } };
  const known = { facts: factsShownOf(row), isAsked: at < askedUntilOf(row) };
  return { call, shown: { callButton: buttonOf(pair, known, at), grant: grantView(row, at) } };
}

function standingFrom(
  row: PairRow | undefined,
  { caller, callee }: Pair,
  now: number,
): CallStanding {
  const facts = row === undefined ? nobody : factsOf(row);
  const askedUntil = row === undefined ? -Infinity : askedUntilOf(row);
  const isAsked = now < askedUntil;
  const rangAt = row?.caller_rang_at ?? -Infinity;
  const callButton = buttonOf({ caller, callee }, { facts, isAsked }, now);
  return {
    callButton,
    granted: callButton === "call" && row !== undefined ? grantedView(row, now) : null,
    asked: isAsked ? { until: askedUntil } : null,
    isFirstRing: now >= rangAt + limits.firstRingAfterMs,
    route: row === undefined ? "relayed" : shownRouteOf(callButton, addressesOf(row)),
  };
}

/** Until when the caller's ask shows to them. */
function askedUntilOf(row: PairRow): number {
  return (row.caller_asks_since ?? -Infinity) + limits.askShownMs;
}

function factsOf(row: PairRow): Facts {
  return {
    ...rulesOf(rightsOf(row)),
    callerBlocked: row.caller_blocked !== null,
    calleeBlocked: row.callee_blocked !== null,
    eitherSuspended: row.caller_suspended !== null || row.callee_suspended !== null,
    calleeSetNever: row.callee_said_never !== null,
    callerEntered: row.caller_entered !== null,
    calleeEntered: row.callee_entered !== null,
    calleeRangAt: row.callee_rang_at,
    calleeAskedAt: row.callee_asked_at,
    calleeAsksSince: row.callee_asks_since,
    answeredAt: laterOf(row.caller_answered_at, row.callee_answered_at),
    callBackRevokedAt: row.call_back_revoked_at,
    unansweredRingsAt: untilNull([row.unanswered_1, row.unanswered_2, row.unanswered_3]),
    grant: grantOf(row),
    isInAddressBook: row.callee_keeps !== null,
    callerFollowsCallee: row.caller_follows !== null,
    calleeFollowsCaller: row.callee_follows !== null,
    isCallerVouched: row.caller_vouched !== null,
    calleeActedAt: row.callee_acted_at,
    askedAt: untilNull([row.asked_1, row.asked_2]),
    othersRungCount: row.others_rung ?? 0,
    ringsWithoutGrantCount: row.rings_without_grant ?? 0,
  };
}

function addressesOf(row: PairRow): Addresses {
  return {
    caller: { hideAddress: row.caller_hides_address === 1, exception: row.caller_exception },
    callee: { hideAddress: row.hide_address === 1, exception: row.callee_exception },
  };
}

/**
 * The facts as the callee may know them. What blocking the callee took from the caller is put back:
 * whatever is told to a callee by these says nothing of a block (docs/decisions/0035).
 */
function factsShownOf(row: PairRow): Facts {
  const facts = factsOf(row);
  const calleeFollowsCaller = facts.calleeFollowsCaller || row.callee_follow_severed !== null;
  return { ...facts, callerBlocked: false, calleeFollowsCaller };
}

function grantOf(row: PairRow): GrantFact | null {
  if (row.grant_kind === null || row.granted_at === null) return null;
  return {
    kind: row.grant_kind,
    givenAt: row.granted_at,
    until: row.until_at,
    mayBreakThrough: row.may_break_through === 1,
    pausedUntil: row.paused_until,
  };
}

function laterOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** What stands before the first null: an answered ring ends the row of unanswered ones. */
function untilNull(times: readonly (number | null)[]): number[] {
  const end = times.indexOf(null);
  return (end < 0 ? times : times.slice(0, end)) as number[];
}

/** The facts of a pair of whom one does not exist. */
const nobody: Facts = {
  callerBlocked: false,
  calleeBlocked: false,
  eitherSuspended: true,
  calleeSetNever: false,
  callerEntered: false,
  calleeEntered: false,
  letsCallBack: false,
  calleeRangAt: null,
  calleeAskedAt: null,
  calleeAsksSince: null,
  answeredAt: null,
  callBackRevokedAt: null,
  calling: "unset",
  limitsUnanswered: true,
  unansweredRingsAt: [],
  grant: null,
  audiences: [],
  isInAddressBook: false,
  callerFollowsCallee: false,
  calleeFollowsCaller: false,
  isCallerVouched: false,
  fadingDays: null,
  calleeActedAt: null,
  letsAsk: false,
  askedAt: [],
  othersRungCount: 0,
  ringsWithoutGrantCount: 0,
};
