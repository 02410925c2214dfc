import type { Instruction } from "../control/obey-control.ts";
import type { RelayLimits } from "../limits.ts";
import type { RelayLog } from "../log.ts";
import type { Speaker } from "../turn/call.ts";
import type { Counters } from "../turn/counters.ts";
import type { CoreFigures } from "../turn/figures.ts";
import type { FiveTuple } from "../turn/five-tuple.ts";
import type { Receive, Sinks } from "./sink.ts";

export interface DataPathOptions {
  readonly host: string;
  /** 0 picks one that is free. */
  readonly port: number;
  /** RELAY_SECRET as UTF-8. */
  readonly secret: Uint8Array;
  readonly limits: RelayLimits;
  readonly isAlone: boolean;
  /** The ways out to streams. */
  readonly sinks: Sinks;
  /** Of this thread: what the core does it counts itself. */
  readonly counters: Counters;
  readonly log: RelayLog;
}

/**
 * The core of the relay and its UDP sockets, in whatever thread: what moves packets. Everything else,
 * streams and control, is the same over each of them.
 */
export interface DataPath extends AsyncDisposable {
  readonly kind: "portable" | "batched";
  /** The UDP port that was bound. */
  readonly port: number;
  /** Rejects when no packet moves any more. Nothing can be done then but to end the process. */
  readonly failed: Promise<never>;
  /** Takes a frame of a stream. */
  readonly receive: Receive;
  /** The stream is gone, and with it what was allocated over it. */
  disconnect(tuple: FiveTuple): void;
  hasAllocation(tuple: FiveTuple): Promise<boolean>;
  /** Does what an application says; false where it came too late. */
  obey(speaker: Speaker, instruction: Instruction): Promise<boolean>;
  drain(): void;
  figures(): Promise<CoreFigures>;
  /** How many allocations there are, as of the last packet. */
  allocations(): number;
}
