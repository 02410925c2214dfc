import { ApiError } from "./errors.ts";
import { Refreshable, Source } from "./observable.ts";

/** Something that is fetched when it is first looked at. `missing` is the server's 404. */
export type Loadable<T> =
  | { state: "loading" }
  | { state: "ready"; value: T }
  | { state: "missing" }
  | { state: "failed"; error: ApiError };

/** The one copy of something of the server's: fetched, and replaced by what the server pushes. */
export class Loaded<T> {
  readonly #fetch: () => Promise<T>;
  readonly #source = new Source<Loadable<T>>({ state: "loading" });
  readonly observable: Refreshable<Loadable<T>>;
  readonly #onFetched: () => void;
  #version = 0;

  constructor(fetch: () => Promise<T>, onFetched: () => void = () => {}) {
    this.#fetch = fetch;
    this.#onFetched = onFetched;
    this.observable = new Refreshable(this.#source, () => void this.refresh());
  }

  /** null while there is none. */
  get value(): T | null {
    const loadable = this.#source.get();
    return loadable.state === "ready" ? loadable.value : null;
  }

  put(value: T): void {
    this.#version += 1;
    this.observable.renew();
    this.#source.set({ state: "ready", value });
  }

  setMissing(): void {
    this.#version += 1;
    this.#source.set({ state: "missing" });
  }

  /** A failure leaves what is there. */
  async refresh(): Promise<void> {
    this.#version += 1;
    const version = this.#version;
    try {
      const value = await this.#fetch();
      // What was pushed meanwhile may be newer than this answer. Where it is older, the push that
      // makes it right is still to come.
      if (version !== this.#version) return;
      this.put(value);
      this.#onFetched();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (version !== this.#version) return;
      if (error.code === "not-found") this.setMissing();
      else if (this.#source.get().state !== "ready") this.#source.set({ state: "failed", error });
    }
  }
}
