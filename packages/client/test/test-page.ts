import type { Page, PageEvent } from "../src/page.ts";

/** A page whose events the test makes. */
export class TestPage implements Page {
  readonly #events = new EventTarget();
  isSeen = true;

  on(event: PageEvent, listener: () => void, signal: AbortSignal): void {
    this.#events.addEventListener(event, listener, { signal });
  }

  isShown(): boolean {
    return this.isSeen;
  }

  happen(event: PageEvent): void {
    this.#events.dispatchEvent(new Event(event));
  }
}
