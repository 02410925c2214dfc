import type { CallId, CallView } from "@ringfence/protocol";
import type { CurrentCall } from "./calls-snapshot.ts";
import { drawCallElsewhere } from "./draw-call.ts";
import type { TabLock } from "./tab-lock.ts";

interface ElsewhereEvents {
  onChange(): void;
  /** See `isLeft`. */
  onLeft(): void;
}

/** The call of this device that another tab of the profile holds. */
export class CallElsewhere {
  readonly #lock: TabLock;
  readonly #now: () => number;
  readonly #events: ElsewhereEvents;
  #drawn: CurrentCall | null = null;
  #isLeft = false;
  /** Until more is said of the call. */
  #watch = new AbortController();

  /**
   * @param lock held by the tab that has the call
   * @param now milliseconds, on the clock of `performance.now()`
   */
  constructor(lock: TabLock, now: () => number, events: ElsewhereEvents) {
    this.#lock = lock;
    this.#now = now;
    this.#events = events;
  }

  get drawn(): CurrentCall | null {
    return this.#drawn;
  }

  /** Its tab is gone, and the call is not over: closed a moment ago, or crashed. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  /** A call that this tab does not hold; another device's is not shown here. */
  take(view: CallView): void {
    if (!view.isThisDevice) return;
    this.#forget();
    this.#watch = new AbortController();
    const isWatched = view.state === "ringing" || view.state === "reconnecting";
    if (isWatched) void this.#watchTab(view, this.#watch.signal);
    const wasConnected = view.state === "connected" || view.state === "reconnecting";
    const connectedAtMs = wasConnected ? this.#now() - view.connectedForMs : null;
    this.#drawn = drawCallElsewhere(view, connectedAtMs);
    this.#events.onChange();
  }

  /** @param callId the call that ended, or nothing where no tab holds any */
  drop(callId?: CallId): void {
    if (this.#drawn === null || (callId !== undefined && callId !== this.#drawn.callId)) return;
    this.#forget();
    this.#drawn = null;
    this.#events.onChange();
  }

  #forget(): void {
    this.#watch.abort();
    this.#isLeft = false;
  }

  /** Of one that lets go of its ring the server may have told all there is to tell already. */
  async #watchTab({ callId, state }: CallView, signal: AbortSignal): Promise<void> {
    await this.#lock.untilFree(signal);
    if (signal.aborted) return;
    if (state === "ringing") {
      this.drop(callId);
    } else {
      this.#isLeft = true;
      this.#events.onLeft();
    }
  }
}
