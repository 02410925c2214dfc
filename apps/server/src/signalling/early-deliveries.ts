import type { BusMessage } from "../bus/bus.ts";
import { connectionLimits } from "./connection-limits.ts";

/**
 * Deliveries that came before the one with the number before theirs: of two nodes that commit one
 * after the other, the later may be heard first. They wait a moment for it; then the gap is the
 * client's to see.
 */
export class EarlyDeliveries {
  readonly #waiting = new Map<number, BusMessage>();
  readonly #giveUp: (waited: readonly BusMessage[]) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param giveUp is given them in their order, when what was waited for has not come */
  constructor(giveUp: (waited: readonly BusMessage[]) => void) {
    this.#giveUp = giveUp;
  }

  hold(message: BusMessage): void {
    this.#waiting.set(message.frame.sequence, message);
    if (this.#waiting.size > connectionLimits.earlyDeliveriesMax) {
      this.#giveUp(this.takeAll());
      return;
    }
    this.#timer ??= setTimeout(
      () => this.#giveUp(this.takeAll()),
      connectionLimits.earlyDeliveryMsMax,
    );
  }

  /** The one with this number, where it waits. */
  take(sequence: number): BusMessage | undefined {
    if (this.#waiting.size === 0) return undefined;
    const message = this.#waiting.get(sequence);
    this.#waiting.delete(sequence);
    if (this.#waiting.size === 0) this.#stop();
    return message;
  }

  takeAll(): BusMessage[] {
    this.#stop();
    const waited = [...this.#waiting.values()];
    this.#waiting.clear();
    return waited.toSorted((one, other) => one.frame.sequence - other.frame.sequence);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
