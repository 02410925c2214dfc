import type { CallId, DeviceId, EndReason } from "@ringfence/protocol";
import type { Announcement } from "../bus/announcement.ts";
import type { NodeId } from "../bus/bus.ts";
import { serverLimits } from "../limits.ts";

/** What is known here of a ring that another node pushes. */
export interface RingElsewhere {
  readonly callId: CallId;
  /** Null: that was not heard yet. */
  keeper: NodeId | null;
  readonly knowing: Set<DeviceId>;
  readonly pushed: Set<DeviceId>;
  isSilenced: boolean;
  ended: { reason: EndReason; at: number } | null;
  /** Unix time in milliseconds. */
  readonly since: number;
}

/**
 * What was heard of the rings that other nodes push, so that this one can go on with one whose node
 * dies: while it rings, and for as long after its end as a death may go unnoticed.
 */
export class RingsElsewhere {
  readonly #now: () => number;
  readonly #rings = new Map<CallId, RingElsewhere>();
  /** Those that are over, in the order in which they ended. */
  readonly #ended = new Map<CallId, RingElsewhere>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get(callId: CallId): RingElsewhere | undefined {
    return this.#rings.get(callId);
  }

  hear(announcement: Announcement, from: NodeId): void {
    switch (announcement.type) {
      case "ring-kept": {
        this.#forget();
        const ring = this.#ring(announcement.callId);
        ring.keeper = from;
        for (const device of announcement.knowing) ring.knowing.add(device);
        for (const device of announcement.pushed) ring.pushed.add(device);
        break;
      }
      case "ring-known":
        this.#ring(announcement.callId).knowing.add(announcement.device);
        break;
      case "ring-pushed":
        this.#ring(announcement.callId).pushed.add(announcement.device);
        break;
      case "ring-silenced":
        this.#ring(announcement.callId).isSilenced = true;
        break;
      case "ring-ended": {
        const ring = this.take(announcement.callId);
        if (ring === undefined || ring.keeper === null) break;
        ring.ended = { reason: announcement.reason, at: this.#now() };
        this.#ended.set(ring.callId, ring);
        break;
      }
      case "page-closed":
        for (const ring of this.#rings.values()) ring.knowing.delete(announcement.device);
        break;
      case "rings-wanted":
      case "challenge-used":
        break;
    }
  }

  /** This node goes on with it, or has ended it. */
  take(callId: CallId): RingElsewhere | undefined {
    const ring = this.#rings.get(callId) ?? this.#ended.get(callId);
    this.#rings.delete(callId);
    this.#ended.delete(callId);
    return ring;
  }

  /** Those that ended and whose node, which had to say so to devices, lives no more. */
  endedWithTheirNode(living: readonly NodeId[]): RingElsewhere[] {
    this.#forget();
    return [...this.#ended.values()].filter(
      ({ keeper }) => keeper !== null && !living.includes(keeper),
    );
  }

  #ring(callId: CallId): RingElsewhere {
    const known = this.#rings.get(callId) ?? this.#ended.get(callId);
    if (known !== undefined) return known;
    const ring: RingElsewhere = {
      callId,
      keeper: null,
      knowing: new Set(),
      pushed: new Set(),
      isSilenced: false,
      ended: null,
      since: this.#now(),
    };
    this.#rings.set(callId, ring);
    return ring;
  }

  /** Whatever nobody can need any more, the oldest first. */
  #forget(): void {
    const now = this.#now();
    for (const [callId, { since }] of this.#rings) {
      if (now - since <= serverLimits.ringLengthMsMax) break;
      this.#rings.delete(callId);
    }
    for (const [callId, { ended }] of this.#ended) {
      if (ended !== null && now - ended.at <= serverLimits.ringEndHandedOverMs) break;
      this.#ended.delete(callId);
    }
  }
}
