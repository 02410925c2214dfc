import type { Cores } from "../machine.ts";
import type { Scale } from "./scale.ts";

/** What every measurement is given. */
export interface Bench {
  readonly scale: Scale;
  /** Nothing where there is one core for all. */
  readonly cores: Cores | undefined;
  /** For what servers write; removed at the end. */
  readonly directory: string;
  /** Aborted when the benchmark is told to stop. */
  readonly signal: AbortSignal;
}
