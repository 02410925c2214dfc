import type { ServerFigures } from "./server-figures.ts";

/** The moments at which the server was asked for its figures. */
export interface Watched {
  /** Before anybody signed up. */
  readonly before: ServerFigures;
  /** All are connected, and do nothing, from here... */
  readonly idle: ServerFigures;
  /** ...to here, where calls begin. */
  readonly busy: ServerFigures;
  /** The last call is over. */
  readonly after: ServerFigures;
}

/** What one process of the server took. */
export interface ProcessCost {
  /** Of one connected person who does nothing. */
  readonly cpuMsPerPersonAndMinute: number;
  readonly residentBytesPerPerson: number;
  /** With the messages of the mix, without what idle people cost anyway; null where there was no call. */
  readonly cpuMsPerCall: number | null;
  readonly residentBytesBefore: number;
  readonly residentBytesAfter: number;
}

export interface ServerCost {
  readonly application: ProcessCost;
  readonly relay: ProcessCost | null;
}

export function costOf(watched: Watched, people: number, calls: number): ServerCost {
  const { before, idle, busy, after } = watched;
  const cost = (of: "application" | "relay"): ProcessCost | null => {
    const at = [before[of], idle[of], busy[of], after[of]] as const;
    const [first, quiet, begun, last] = at;
    if (first === null || quiet === null || begun === null || last === null) return null;
    const idleMs = Math.max(1, busy.atMs - idle.atMs);
    const idleShare = ((begun.cpuSeconds - quiet.cpuSeconds) * 1_000) / idleMs;
    const idleCpuMs = idleShare * (after.atMs - busy.atMs);
    const busyCpuMs = (last.cpuSeconds - begun.cpuSeconds) * 1_000 - idleCpuMs;
    return {
      cpuMsPerPersonAndMinute: round((idleShare * 60_000) / people),
      residentBytesPerPerson: Math.round((begun.residentBytes - first.residentBytes) / people),
      cpuMsPerCall: calls === 0 ? null : round(busyCpuMs / calls),
      residentBytesBefore: first.residentBytes,
      residentBytesAfter: last.residentBytes,
    };
  };
  const application = cost("application");
  if (application === null) throw new TypeError("an application always has its own figures");
  return { application, relay: cost("relay") };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
