import type { Msg } from "@nats-io/transport-node";
import type { Subscription } from "../bus.ts";
import { HandlersByKey } from "../handlers.ts";
import type { NatsLine } from "./nats-line.ts";

/**
 * The accounts, or the devices, that this node listens for: one subscription of NATS for each, however
 * many handlers it has.
 */
export class Topics<Key extends string, Input, Output> {
  readonly #line: NatsLine;
  readonly #prefix: string;
  readonly #onMessage: (key: Key, message: Msg) => void;
  readonly #handlers = new HandlersByKey<Key, Input, Output>();
  readonly #subscribed = new Map<Key, { subscription: Disposable; heard: Promise<void> }>();
  /** Of all that began to listen in this turn. */
  #heard: Promise<void> | undefined;

  constructor(line: NatsLine, prefix: string, onMessage: (key: Key, message: Msg) => void) {
    this.#line = line;
    this.#prefix = prefix;
    this.#onMessage = onMessage;
  }

  subjectOf(key: Key): string {
    return `${this.#prefix}.${key}`;
  }

  /** Whether this node listens for it. */
  has(key: Key): boolean {
    return this.#handlers.has(key);
  }

  add(key: Key, handler: (input: Input) => Output): Subscription {
    const added = this.#handlers.add(key, handler);
    const { heard } = this.#subscribe(key);
    return {
      heard,
      [Symbol.dispose]: () => {
        added[Symbol.dispose]();
        if (this.#handlers.has(key)) return;
        this.#subscribed.get(key)?.subscription[Symbol.dispose]();
        this.#subscribed.delete(key);
      },
    };
  }

  /**
   * @returns what the handlers of this node returned
   * @throws AggregateError what they threw
   */
  call(key: Key, input: Input): Output[] {
    return this.#handlers.get(key)?.call(input) ?? [];
  }

  #subscribe(key: Key) {
    const known = this.#subscribed.get(key);
    if (known !== undefined) return known;
    const subscription = this.#line.subscribe(this.subjectOf(key), (message) =>
      this.#onMessage(key, message),
    );
    const subscribed = { subscription, heard: (this.#heard ??= this.#hear()) };
    this.#subscribed.set(key, subscribed);
    return subscribed;
  }

  async #hear(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#heard = undefined;
    // Whoever listens while NATS is away is told to fetch again once it is back.
    await this.#line.confirmed();
  }
}
