import type { CallId } from "@ringfence/protocol";

/** More rings than begin in a minute here: one that nobody's page shows is forgotten when it ends. */
const pairsMax = 10_000;

interface Pair {
  invitedAt?: number;
  writtenAt?: number;
}

/** Pairs when the invite of a ring came with when the ring was first written, in either order. */
export class RingTimes {
  readonly #pairs = new Map<CallId, Pair>();
  readonly #onPair: (ms: number) => void;

  constructor(onPair: (ms: number) => void) {
    this.#onPair = onPair;
  }

  /** @param known on the clock of `performance.now()` */
  note(callId: CallId, known: Pair): void {
    const { invitedAt, writtenAt } = { ...this.#pairs.get(callId), ...known };
    if (invitedAt !== undefined && writtenAt !== undefined) {
      this.#pairs.delete(callId);
      this.#onPair(Math.max(0, writtenAt - invitedAt));
      return;
    }
    const [oldest] = this.#pairs.keys();
    if (this.#pairs.size >= pairsMax && oldest !== undefined) this.#pairs.delete(oldest);
    this.#pairs.set(callId, { ...this.#pairs.get(callId), ...known });
  }

  forget(callId: CallId): void {
    this.#pairs.delete(callId);
  }
}
