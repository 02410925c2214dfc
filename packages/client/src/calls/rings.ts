import type { CallId, CallView } from "@ringfence/protocol";

export interface Ring {
  view: CallView;
  isSilenced: boolean;
}

/** The calls that ring here, the oldest first. A ring ends by its time also when nobody says so. */
export class Rings {
  readonly #onChange: () => void;
  readonly #rings = new Map<CallId, Ring & { timer: ReturnType<typeof setTimeout> }>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get all(): readonly Ring[] {
    return [...this.#rings.values()];
  }

  get(callId: CallId): Ring | undefined {
    return this.#rings.get(callId);
  }

  /** A ring that is known keeps being silenced. */
  add(view: CallView): void {
    const known = this.#rings.get(view.callId);
    clearTimeout(known?.timer);
    const timer = setTimeout(() => this.remove(view.callId), view.ringRemainingMs);
    // Silenced is silenced: here a moment ago, or on any other device.
    const isSilenced = view.isSilenced || known?.isSilenced === true;
    this.#rings.set(view.callId, { view, isSilenced, timer });
    this.#onChange();
  }

  silence(callId: CallId): void {
    const ring = this.#rings.get(callId);
    if (ring === undefined || ring.isSilenced) return;
    this.#rings.set(callId, { ...ring, isSilenced: true });
    this.#onChange();
  }

  remove(callId: CallId): void {
    const ring = this.#rings.get(callId);
    if (ring === undefined) return;
    clearTimeout(ring.timer);
    this.#rings.delete(callId);
    this.#onChange();
  }

  /** What rings now, and nothing else. */
  keepOnly(views: readonly CallView[]): void {
    const callIds = new Set(views.map((view) => view.callId));
    for (const callId of this.#rings.keys()) {
      if (!callIds.has(callId)) this.remove(callId);
    }
    for (const view of views) this.add(view);
  }
}
