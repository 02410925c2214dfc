import type { CallId, CallView } from "@ringfence/protocol";
import type { CurrentCall } from "./calls-snapshot.ts";
import { drawCallElsewhere } from "./draw-call.ts";
import type { TabLock } from "./tab-lock.ts";

/** The call of this device that another tab of the profile holds. */
export class CallElsewhere {
  readonly #lock: TabLock;
  readonly #now: () => number;
  readonly #onChange: () => void;
  #drawn: CurrentCall | null = null;
  /** Until more is said of the call. */
  #watch = new AbortController();

  /**
   * @param lock held by the tab that has the call
   * @param now milliseconds, on the clock of `performance.now()`
   */
  constructor(lock: TabLock, now: () => number, onChange: () => void) {
    this.#lock = lock;
    this.#now = now;
    this.#onChange = onChange;
  }

  get drawn(): CurrentCall | null {
    return this.#drawn;
  }

  /** A call that this tab does not hold; another device's is not shown here. */
  take(view: CallView): void {
    if (!view.isThisDevice) return;
    this.#watch.abort();
    this.#watch = new AbortController();
    if (view.state === "ringing") void this.#dropWithTab(view.callId, this.#watch.signal);
    const wasConnected = view.state === "connected" || view.state === "reconnecting";
    const connectedAtMs = wasConnected ? this.#now() - view.connectedForMs : null;
    this.#drawn = drawCallElsewhere(view, connectedAtMs);
    this.#onChange();
  }

  /** @param callId the call that ended, or nothing where no tab holds any */
  drop(callId?: CallId): void {
    if (this.#drawn === null || (callId !== undefined && callId !== this.#drawn.callId)) return;
    this.#watch.abort();
    this.#drawn = null;
    this.#onChange();
  }

  /** Of a tab that lets go of its ring the server may have told all there is to tell already. */
  async #dropWithTab(callId: CallId, signal: AbortSignal): Promise<void> {
    await this.#lock.untilFree(signal);
    if (!signal.aborted) this.drop(callId);
  }
}
