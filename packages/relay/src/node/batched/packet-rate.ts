import { shellLimits } from "../../limits.ts";

/** How fast packets come, and what that means for how long to let them gather. */
export class PacketRate {
  #perMs = 0;
  #packets = 0;
  #since = 0;

  /** Counts the packets of a round. */
  count(packets: number, now: number): void {
    this.#packets += packets;
    const elapsedMs = now - this.#since;
    if (elapsedMs >= 0 && elapsedMs < shellLimits.packetRateMs) return;
    this.#perMs = elapsedMs > 0 ? this.#packets / elapsedMs : 0;
    this.#packets = 0;
    this.#since = now;
  }

  /**
   * The time in which a good batch comes together, within bounds. 0: not even two packets would come
   * in the longest time, so waiting for a second one would only make the first one late.
   */
  lingerUs(): number {
    const { gatheredPackets, gatherUsMax } = shellLimits;
    const expected = (this.#perMs * gatherUsMax) / 1_000;
    if (expected < 2) return 0;
    return Math.min(gatherUsMax, (gatheredPackets / this.#perMs) * 1_000);
  }
}
