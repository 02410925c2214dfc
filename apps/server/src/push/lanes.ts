import type { AccountId } from "@ringfence/protocol";
import { serverLimits } from "../limits.ts";

interface Lane {
  running: number;
  waiting: { account: AccountId; begin: () => void }[];
}

/**
 * How much is sent at once: so many for each push service, and so many that wait for it, of each
 * account only a few. One that is slow fills its own lane and no other's.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  /** Waits for a place; null where too many wait already. Disposing it lets the next one in. */
  async take(name: string, account: AccountId): Promise<Disposable | null> {
    const lane = this.#lanes.get(name) ?? { running: 0, waiting: [] };
    this.#lanes.set(name, lane);
    if (lane.running >= serverLimits.pushesAtOnceMax) {
      const own = lane.waiting.filter((one) => one.account === account).length;
      if (own >= serverLimits.pushesWaitingPerAccountMax) return null;
      if (lane.waiting.length >= serverLimits.pushesWaitingMax) return null;
      // Whoever leaves hands its place over, so that nobody comes in between.
      await new Promise<void>((begin) => void lane.waiting.push({ account, begin }));
    } else lane.running++;
    return { [Symbol.dispose]: () => this.#leave(name, lane) };
  }

  #leave(name: string, lane: Lane): void {
    const next = lane.waiting.shift();
    if (next !== undefined) {
      next.begin();
      return;
    }
    lane.running--;
    if (lane.running === 0) this.#lanes.delete(name);
  }
}
