import { simulationLimits } from "./limits.ts";
import type { Outcome } from "./mix.ts";

/** Of the waits that are reported, all in milliseconds. */
export const waits = [
  "inviteToRing",
  "acceptToConnected",
  "acceptToMedia",
  "messageDelivery",
] as const;
export type Wait = (typeof waits)[number];

/** What happened so far. */
export class Tally {
  readonly waitsMs: Readonly<Record<Wait, Samples>> = {
    inviteToRing: new Samples(),
    acceptToConnected: new Samples(),
    acceptToMedia: new Samples(),
    messageDelivery: new Samples(),
  };
  readonly faults = new Map<string, number>();
  readonly ended: Record<Outcome, number> = {
    answered: 0,
    declined: 0,
    cancelled: 0,
    missed: 0,
    silenced: 0,
  };
  callsBegun = 0;
  callsFailed = 0;
  /** The time was over before they were. */
  callsCutShort = 0;
  /** It was their turn, and nobody was free. */
  callsNotBegun = 0;
  messagesSent = 0;
  messagesDelivered = 0;
  readonly media = { calls: 0, relayed: 0, packetsSent: 0, packetsReceived: 0 };

  /** @param kind a stable word, such as `http-429` */
  fault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  get faultCount(): number {
    return [...this.faults.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** How long something took, many times. */
export class Samples {
  readonly #values: number[] = [];
  count = 0;
  max = 0;

  add(value: number): void {
    this.count += 1;
    this.max = Math.max(this.max, value);
    if (this.#values.length < simulationLimits.samplesMax) this.#values.push(value);
    // Later ones take the places of earlier ones, so that the room stays bounded.
    else this.#values[this.count % simulationLimits.samplesMax] = value;
  }

  /** @returns null where there is none. By nearest rank: every figure is one that was measured. */
  summary(): { count: number; p50: number; p95: number; p99: number; max: number } | null {
    if (this.count === 0) return null;
    const sorted = this.#values.toSorted((one, other) => one - other);
    const at = (share: number) => round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
    return { count: this.count, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: round(this.max) };
  }
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
