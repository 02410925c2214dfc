import type { CallId, CallView } from "@ringfence/protocol";
import type { CurrentCall } from "./calls-snapshot.ts";
import { drawCallElsewhere } from "./draw-call.ts";

/** The call of this device that another tab of the profile holds. */
export class CallElsewhere {
  readonly #now: () => number;
  readonly #onChange: () => void;
  #drawn: CurrentCall | null = null;

  /** @param now milliseconds, on the clock of `performance.now()` */
  constructor(now: () => number, onChange: () => void) {
    this.#now = now;
    this.#onChange = onChange;
  }

  get drawn(): CurrentCall | null {
    return this.#drawn;
  }

  /** A call that this tab does not hold; another device's is not shown here. */
  take(view: CallView): void {
    if (!view.isThisDevice) return;
    const wasConnected = view.state === "connected" || view.state === "reconnecting";
    const connectedAtMs = wasConnected ? this.#now() - view.connectedForMs : null;
    this.#drawn = drawCallElsewhere(view, connectedAtMs);
    this.#onChange();
  }

  /** @param callId the call that ended, or nothing where no tab holds any */
  drop(callId?: CallId): void {
    if (this.#drawn === null || (callId !== undefined && callId !== this.#drawn.callId)) return;
    this.#drawn = null;
    this.#onChange();
  }
}
