import type { NodeId } from "./bus.ts";
import { busLimits } from "./bus-limits.ts";
import { pickMember } from "../rendezvous.ts";

/**
 * The nodes that live, by what was heard of each and when. It knows no clock: `now` is in
 * milliseconds, and only differences count.
 */
export class Members {
  readonly #self: NodeId;
  readonly #heardAt = new Map<NodeId, number>();
  /** Those that fell silent without leaving, and since when. */
  readonly #missingSince = new Map<NodeId, number>();
  #listenedAt: number | undefined;

  constructor(self: NodeId) {
    this.#self = self;
  }

  /** This one first. */
  ids(): readonly NodeId[] {
    return [this.#self, ...this.#heardAt.keys()];
  }

  isMine(key: string): boolean {
    return pickMember(key, this.ids()) === this.#self;
  }

  /** @returns whether it is new */
  heard(node: NodeId, now: number): boolean {
    const isNew = !this.#heardAt.has(node);
    this.#heardAt.set(node, now);
    this.#missingSince.delete(node);
    return isNew;
  }

  /** @returns whether it was there */
  left(node: NodeId): boolean {
    this.#missingSince.delete(node);
    return this.#heardAt.delete(node);
  }

  /** Whether one fell silent that may live all the same, with sockets that cannot be asked after. */
  isAnyMissing(): boolean {
    return this.#missingSince.size > 0;
  }

  /**
   * All that was said until now was heard, so whoever said nothing for long is gone. After a while
   * in which nothing could be heard everybody is given the whole time again.
   *
   * @returns whether somebody is
   */
  listened(now: number): boolean {
    const wasDeafMs = now - (this.#listenedAt ?? now);
    this.#listenedAt = now;
    let isAnyGone = false;
    for (const [node, since] of this.#missingSince) {
      if (now - since >= busLimits.missingNodeMsMax) this.#missingSince.delete(node);
    }
    for (const [node, heardAt] of this.#heardAt) {
      if (wasDeafMs > busLimits.deafMsMax) this.#heardAt.set(node, now);
      else if (now - heardAt > busLimits.nodeGoneMs) {
        isAnyGone = this.#heardAt.delete(node);
        this.#missingSince.set(node, now);
      }
    }
    return isAnyGone;
  }
}
