/** Those who listen for the same thing, each until disposed. */
export class Handlers<Input, Output> {
  readonly #subscriptions = new Set<{ handler: (input: Input) => Output }>();

  get size(): number {
    return this.#subscriptions.size;
  }

  add(handler: (input: Input) => Output): Disposable {
    const subscription = { handler };
    this.#subscriptions.add(subscription);
    return { [Symbol.dispose]: () => void this.#subscriptions.delete(subscription) };
  }

  /**
   * Calls each one that there is now. A handler may add and remove, itself or others.
   *
   * @returns what they returned
   * @throws AggregateError what they threw, after every other was called
   */
  call(input: Input): Output[] {
    const errors: unknown[] = [];
    const outputs: Output[] = [];
    const listening = [...this.#subscriptions];
    for (const subscription of listening) {
      if (!this.#subscriptions.has(subscription)) continue;
      try {
        outputs.push(subscription.handler(input));
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, "Handlers of the bus threw.");
    return outputs;
  }
}

/** Those who listen, by what they listen for. A key that nobody listens for takes no room. */
export class HandlersByKey<Key, Input, Output> {
  readonly #byKey = new Map<Key, Handlers<Input, Output>>();

  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  get(key: Key): Handlers<Input, Output> | undefined {
    return this.#byKey.get(key);
  }

  add(key: Key, handler: (input: Input) => Output): Disposable {
    const handlers = this.#byKey.get(key) ?? new Handlers<Input, Output>();
    this.#byKey.set(key, handlers);
    const added = handlers.add(handler);
    return {
      [Symbol.dispose]: () => {
        added[Symbol.dispose]();
        if (handlers.size === 0 && this.#byKey.get(key) === handlers) this.#byKey.delete(key);
      },
    };
  }
}
