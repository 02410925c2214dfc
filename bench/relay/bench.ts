import type { Cores } from "../machine.ts";
import type { Fleet } from "./fleet.ts";
import type { Scale } from "./scale.ts";
import type { ServerName } from "./turn-server.ts";

/** What every part of the benchmark is given. */
export interface Bench {
  readonly scale: Scale;
  readonly servers: readonly ServerName[];
  readonly fleet: Fleet;
  /** Nothing where there is one core for all. */
  readonly cores: Cores | undefined;
  /** The built generator. */
  readonly turnloadPath: string;
  /** For what servers write; removed at the end. */
  readonly directory: string;
  /** Aborted when the benchmark is told to stop. */
  readonly signal: AbortSignal;
}
