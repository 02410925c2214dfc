/** How long and how much is measured. */
export interface Scale {
  readonly rounds: number;
  /** Who call each other: many enough that nobody rings more often than a person may. */
  readonly pairs: number;
  /** How many calls are under way where the server is to have no rest. */
  readonly callsAtOnce: number;
  readonly warmUpSeconds: number;
  readonly saturatedSeconds: number;
  /** Calls begun a second where the time of a ring is measured, and how long. */
  readonly callsPerSecond: number;
  readonly pacedSeconds: number;
  readonly idleConnections: number;
  /** How long a server is left alone before its memory is looked at. */
  readonly restMs: number;
}

export const fullScale: Scale = {
  rounds: 5,
  pairs: 1_000,
  callsAtOnce: 64,
  warmUpSeconds: 4,
  saturatedSeconds: 3,
  callsPerSecond: 200,
  pacedSeconds: 2,
  idleConnections: 10_000,
  restMs: 2_000,
};

/** Enough to see that figures come out. They say nothing. */
export const quickScale: Scale = {
  rounds: 1,
  pairs: 20,
  callsAtOnce: 4,
  warmUpSeconds: 0,
  saturatedSeconds: 0.5,
  callsPerSecond: 20,
  pacedSeconds: 0.5,
  idleConnections: 50,
  restMs: 100,
};
