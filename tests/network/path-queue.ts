/** How a path treats the packets of one direction. */
export interface PathConditions {
  readonly oneWayMs: number;
  /** Of the packets, by chance: 0 loses none, 1 every one. */
  readonly lossShare: number;
  /** null: as fast as they come. */
  readonly kilobitsPerSecond: number | null;
  /** What does not come through at all. */
  readonly cut: "nothing" | "tcp" | "everything";
}

export const clearPath: PathConditions = {
  oneWayMs: 0,
  lossShare: 0,
  kilobitsPerSecond: null,
  cut: "nothing",
};

interface Waiting {
  readonly packet: Uint8Array;
  readonly dueAt: number;
}

/** Before a slow link; what would have to wait longer is lost, as in any router. */
const bufferMs = 250;
/** In the header of IPv4 (RFC 791 §3.1). */
const protocolByte = 9;
const tcp = 6;

/**
 * One direction of a path: takes IPv4 packets and says when each arrives, if it does. Packets keep
 * their order. All times are in milliseconds of one clock.
 */
export class PathQueue {
  readonly #chance: () => number;
  #conditions: PathConditions;
  #waiting: Waiting[] = [];
  /** When the link has sent what it took. */
  #freeAt = 0;
  #lastDueAt = 0;

  /** @param chance gives numbers from 0 to below 1 */
  constructor(conditions: PathConditions, chance: () => number) {
    this.#conditions = conditions;
    this.#chance = chance;
  }

  /** What is under way and no longer comes through is lost. */
  change(conditions: PathConditions): void {
    this.#conditions = conditions;
    this.#waiting = this.#waiting.filter(({ packet }) => !this.#isCut(packet));
  }

  take(packet: Uint8Array, now: number): void {
    const { oneWayMs, lossShare, kilobitsPerSecond } = this.#conditions;
    if (this.#isCut(packet) || this.#chance() < lossShare) return;
    const startsAt = Math.max(now, this.#freeAt);
    if (startsAt - now > bufferMs) return;
    const sendingMs = kilobitsPerSecond === null ? 0 : (packet.length * 8) / kilobitsPerSecond;
    this.#freeAt = startsAt + sendingMs;
    this.#lastDueAt = Math.max(this.#lastDueAt, this.#freeAt + oneWayMs);
    this.#waiting.push({ packet, dueAt: this.#lastDueAt });
  }

  /** Takes out what has arrived by now, in its order. */
  arrived(now: number): Uint8Array[] {
    const later = this.#waiting.findIndex(({ dueAt }) => dueAt > now);
    const count = later === -1 ? this.#waiting.length : later;
    return this.#waiting.splice(0, count).map(({ packet }) => packet);
  }

  /** When the next packet arrives; Infinity where none is under way. */
  get nextAt(): number {
    return this.#waiting[0]?.dueAt ?? Infinity;
  }

  #isCut(packet: Uint8Array): boolean {
    const { cut } = this.#conditions;
    return cut === "everything" || (cut === "tcp" && packet[protocolByte] === tcp);
  }
}
