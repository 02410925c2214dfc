import type { CallId, CallPlace, CallView, UpMessage } from "@ringfence/protocol";
import type { ReturnableCall } from "./calls-snapshot.ts";

interface Return {
  view: CallView;
  place: CallPlace;
}

/**
 * A connected call of this device that no page holds any more: the one that did was reloaded, or has
 * crashed. This page asks its person whether to go on with it, and opens nothing before the answer.
 */
export class ReturningCall {
  readonly #say: (message: UpMessage) => void;
  readonly #onChange: () => void;
  #return: Return | null = null;
  /** Its person has answered: a word of the server may still be on its way that knows nothing of that. */
  #answered: CallId | null = null;

  constructor(say: (message: UpMessage) => void, onChange: () => void) {
    this.#say = say;
    this.#onChange = onChange;
  }

  get drawn(): ReturnableCall | null {
    if (this.#return === null) return null;
    const { callId, kind, route, with: person } = this.#return.view;
    return { callId, kind, route, with: person };
  }

  /** @returns false where there is nothing to return to: it had no media so far, or was left here */
  offer(view: CallView, place: CallPlace | null): boolean {
    const wasConnected = view.state === "connected" || view.state === "reconnecting";
    if (!wasConnected || place?.callId !== view.callId || view.callId === this.#answered)
      return false;
    const isNew = this.#return?.view.callId !== view.callId;
    this.#return = { view, place };
    // The other side waits for its person now, and not only for a page to load.
    if (isNew || view.state === "connected") {
      this.#say({ type: "page-returned", callId: view.callId });
    }
    this.#onChange();
    return true;
  }

  /** The other side goes on to another round meanwhile, which nobody here answers. */
  hear({ callId, round }: Pick<CallPlace, "callId" | "round">): void {
    if (this.#return?.place.callId !== callId) return;
    this.#return = { ...this.#return, place: { ...this.#return.place, round } };
  }

  /** Its person wants it: it is this page's from now on, or nobody's. */
  take(): Return | null {
    const taken = this.#return;
    this.#answered = taken?.view.callId ?? this.#answered;
    this.drop();
    return taken;
  }

  /** @param callId the call that ended, or nothing where there is none to return to */
  drop(callId?: CallId): void {
    if (this.#return === null || (callId !== undefined && callId !== this.#return.view.callId)) {
      return;
    }
    this.#return = null;
    this.#onChange();
  }
}
