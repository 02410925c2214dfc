import type { CallId } from "@ringfence/protocol";
import type { OwnCall } from "./own-call.ts";
import type { TabLock } from "./tab-lock.ts";

/**
 * A call that was accepted while another stands. That one goes on until the server says that this one
 * won, and nothing becomes of it where it did not.
 */
export class NextCall {
  readonly #lock: TabLock;
  #call: OwnCall | null = null;
  /** Lets go of the lock; null before this tab has it. */
  #release: (() => void) | null = null;

  /** @param lock held by the one tab in which such a call was accepted */
  constructor(lock: TabLock) {
    this.#lock = lock;
  }

  get call(): OwnCall | null {
    return this.#call;
  }

  /** Makes it this tab's, unless another tab has one: then it is over. */
  async hold(call: OwnCall): Promise<void> {
    this.#call = call;
    const release = await this.#lock.tryHold();
    if (release === null) call.end("already-in-call");
    else if (this.#call === call) this.#release = release;
    else release();
  }

  /** Says its accept, once, as soon as it is this tab's. @param ends the call that ends for it */
  begin(ends: CallId | undefined): void {
    if (this.#call?.isUnsaid === true && this.#release !== null) this.#call.begin(ends);
  }

  /** It has won, or is over. */
  drop(): void {
    this.#call = null;
    this.#release?.();
    this.#release = null;
  }
}
