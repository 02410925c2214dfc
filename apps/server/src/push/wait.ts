import { setTimeout } from "node:timers/promises";

/** Waits; false where the signal came first. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<boolean>;

export const waitByClock: Wait = (ms, signal) =>
  // A wait keeps no process alive.
  setTimeout(ms, true, { signal, ref: false }).catch(() => false);
