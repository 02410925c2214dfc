/**
 * A value that changes over time, in the shape that React's `useSyncExternalStore` takes. A
 * snapshot is immutable and is the same object until something in it changed.
 */
export interface Observable<T> {
  get(): T;
  /** @returns ends the subscription; calling it again does nothing */
  subscribe(onChange: () => void): () => void;
}

/** The writing end of an observable. Setting the value that already stands tells nobody. */
export class Source<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get = (): T => this.#value;

  subscribe = (onChange: () => void): (() => void) => {
    // Each subscription is a function of its own, so that subscribing one listener twice and
    // ending one of the two leaves the other.
    const listener = () => onChange();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get isObserved(): boolean {
    return this.#listeners.size > 0;
  }

  set(value: T): void {
    if (Object.is(this.#value, value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }
}

/**
 * The copy of something of the server's that may be out of date after a connection was lost. It is
 * fetched again where somebody looks at it, now or later.
 */
export class Refreshable<T> implements Observable<T> {
  readonly #source: Source<T>;
  readonly #refresh: () => void;
  #isStale = false;

  constructor(source: Source<T>, refresh: () => void) {
    this.#source = source;
    this.#refresh = refresh;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  get = (): T => this.#source.get();

  subscribe = (onChange: () => void): (() => void) => {
    if (this.#isStale) this.#refreshNow();
    return this.#source.subscribe(onChange);
  };

  expire(): void {
    this.#isStale = true;
    if (this.#source.isObserved) this.#refreshNow();
  }

  /** What is there is true again. */
  renew(): void {
    this.#isStale = false;
  }

  #refreshNow(): void {
    this.#isStale = false;
    this.#refresh();
  }
}
