import { addCounters, type Counters, makeCounters, type Tally, tally } from "./counters.ts";
import { type Transport, transports } from "./five-tuple.ts";
import type { RelayState } from "./relay-state.ts";

/** What the core of a relay holds just now, and has done since it started. */
export interface CoreFigures {
  readonly isDraining: boolean;
  /** Calls that have an allocation. */
  readonly calls: number;
  readonly allocations: Tally<Transport>;
  readonly counters: Counters;
}

/** Reads the figures, once every few seconds: it looks at every allocation. The value is a copy. */
export function readFigures(state: RelayState): CoreFigures {
  const allocations = tally(transports, () => 0);
  for (const { fiveTuple } of state.allocations.values()) allocations[fiveTuple.transport]++;
  let calls = 0;
  for (const call of state.calls.values()) if (call.allocations.size > 0) calls++;
  const { isDraining, counters } = state;
  return { isDraining, calls, allocations, counters: addCounters(counters, makeCounters()) };
}
