import type { SimulationOptions } from "./options.ts";
import type { SimulationReport } from "./report.ts";
import { costOf, type Watched } from "./server-cost.ts";
import { type Tally, waits } from "./tally.ts";

/** How a simulation went, beside what its people did. */
export interface Course {
  readonly wasStopped: boolean;
  /** When the calls began. */
  readonly connected: number;
  /** Accounts that are still there in the end. */
  readonly left: number;
  readonly callsAtOnceMax: number;
  /** How long calls could begin, and what this process took meanwhile. */
  readonly calling: { seconds: number; cpuSeconds: number; residentBytes: number };
  /** null where the server did not tell, or was not asked any more. */
  readonly watched: Watched | null;
}

export function makeReport(
  options: SimulationOptions,
  tally: Tally,
  course: Course,
): SimulationReport {
  const { callsBegun: begun } = tally;
  const { connected, calling, watched } = course;
  const perSecond = (count: number) =>
    calling.seconds === 0 ? 0 : rounded(count / calling.seconds);
  return {
    version: 1,
    target: options.origin,
    seed: options.seed,
    mix: options.mix,
    wasStopped: course.wasStopped,
    people: { asked: options.people, connected, left: course.left },
    calls: {
      perSecondAsked: options.callsPerSecond,
      perSecond: perSecond(begun),
      seconds: rounded(calling.seconds),
      begun,
      atOnceMax: course.callsAtOnceMax,
      ...tally.ended,
      failed: tally.callsFailed,
      cutShort: tally.callsCutShort,
      notBegun: tally.callsNotBegun,
    },
    messages: { sent: tally.messagesSent, delivered: tally.messagesDelivered },
    media: {
      ...tally.media,
      relayPackets:
        watched === null ? null : watched.after.relayPackets - watched.before.relayPackets,
    },
    waitsMs: Object.fromEntries(waits.map((name) => [name, tally.waitsMs[name].summary()])),
    errors: Object.fromEntries(byName([...tally.faults])),
    server: watched === null || connected === 0 ? null : costOf(watched, connected, begun),
    simulator: { cores: perSecond(calling.cpuSeconds), residentBytes: calling.residentBytes },
  };
}

function byName(faults: readonly [string, number][]): [string, number][] {
  return faults.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
