import { type StunErrorCode, stunErrorCodes } from "../stun/error-code.ts";
import { type DropReason, dropReasons } from "./action.ts";
import { type Transport, transports } from "./five-tuple.ts";

/** Of what there was too much. */
export const quotas = [
  "allocations-per-party",
  "allocations-per-source",
  "allocations",
  "channels-per-allocation",
  "connections-per-source",
  "connections",
] as const;
export type Quota = (typeof quotas)[number];

/** One count for each of some names. */
export type Tally<Name extends string | number = string> = Record<Name, number>;

/**
 * What a relay has done since it started, in numbers that say nothing of anybody. Whoever acts adds
 * one: `counters.drops["no-peer"]++`. A part of the relay that runs in another thread has counters
 * of its own, and `addCounters` makes one of them.
 */
export interface Counters {
  /**
   * Packets passed on, by the transport over which they came and over which they left; those that
   * did not fit into a stream any more are counted here and among the drops.
   */
  readonly packetsIn: Tally<Transport>;
  readonly packetsOut: Tally<Transport>;
  /** Their bytes with the headers of STUN or ChannelData, without those of UDP, TCP and IP. */
  readonly bytesIn: Tally<Transport>;
  readonly bytesOut: Tally<Transport>;
  readonly drops: Tally<DropReason>;
  /** Requests that were answered, by the code of the answer. */
  readonly answers: Tally<"success" | StunErrorCode>;
  readonly quotaRefusals: Tally<Quota>;
}

export function makeCounters(): Counters {
  return {
    packetsIn: zeros(transports),
    packetsOut: zeros(transports),
    bytesIn: zeros(transports),
    bytesOut: zeros(transports),
    drops: zeros(dropReasons),
    answers: zeros(["success", ...stunErrorCodes]),
    quotaRefusals: zeros(quotas),
  };
}

/** What two parts of one relay have done together. */
export function addCounters(left: Counters, right: Counters): Counters {
  return combineCounters(left, right, (one, other) => one + other);
}

/** What was done since an earlier reading of the same counters. */
export function subtractCounters(now: Counters, before: Counters): Counters {
  return combineCounters(now, before, (later, earlier) => later - earlier);
}

type Combine = (left: number, right: number) => number;

function combineCounters(left: Counters, right: Counters, combine: Combine): Counters {
  return {
    packetsIn: combineTallies(left.packetsIn, right.packetsIn, combine),
    packetsOut: combineTallies(left.packetsOut, right.packetsOut, combine),
    bytesIn: combineTallies(left.bytesIn, right.bytesIn, combine),
    bytesOut: combineTallies(left.bytesOut, right.bytesOut, combine),
    drops: combineTallies(left.drops, right.drops, combine),
    answers: combineTallies(left.answers, right.answers, combine),
    quotaRefusals: combineTallies(left.quotaRefusals, right.quotaRefusals, combine),
  };
}

function combineTallies<Name extends string | number>(
  left: Tally<Name>,
  right: Tally<Name>,
  combine: Combine,
): Tally<Name> {
  const names = Object.keys(left) as Name[];
  return tally(names, (name) => combine(left[name], right[name]));
}

function zeros<Name extends string | number>(names: readonly Name[]): Tally<Name> {
  return tally(names, () => 0);
}

export function tally<Name extends string | number>(
  names: readonly Name[],
  countOf: (name: Name) => number,
): Tally<Name> {
  return Object.fromEntries(names.map((name) => [name, countOf(name)])) as Tally<Name>;
}
