import type { Measured } from "../results.ts";
import type { CallsFigures, PeopleFigures } from "./measure.ts";

/** What bench/results/scale.json has. */
export interface Results {
  measured?: Measured<{
    readonly calls: readonly CallsFigures[];
    readonly people: readonly PeopleFigures[];
  }>;
  simulated?: Measured<Simulated>;
}

/** What `ringfence simulate` reported. */
export interface Simulated {
  readonly people: number;
  readonly callsPerSecond: number;
  readonly callsBegun: number;
  readonly callsFailed: number;
  /** Of the application: with the messages of the people, and without what they cost who do nothing. */
  readonly cpuMsPerCall: number | null;
  readonly cpuMsPerPersonAndMinute: number;
  readonly kilobytesPerPerson: number;
  readonly inviteToRingP50Ms: number | null;
  readonly inviteToRingP99Ms: number | null;
}
