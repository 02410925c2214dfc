import type { GrantChoice, Handle, PersonView, PersonWithGrant } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { type Observable, Source } from "./observable.ts";

/**
 * The rights to ring that this account gave to single people. What became of one stands in
 * `People`. Methods that return a promise throw `ApiError`.
 */
export interface Grants {
  /**
   * Counts up when somebody's right to ring this account began or ended, here or on another
   * device: a list of them is then to be fetched again.
   */
  readonly changes: Observable<number>;
  /** @param after the `next` of the page before */
  list(after?: Handle): Promise<{ grants: PersonWithGrant[]; next: Handle | null }>;
  /** In the place of one that they have. */
  give(to: Handle, choice: GrantChoice): Promise<void>;
  /** Whether it rings aloud in quiet hours too. */
  setBreakThrough(of: Handle, mayBreakThrough: boolean): Promise<void>;
  /** They are not told. */
  end(of: Handle): Promise<void>;
  /** Takes back the right to ring back that ringing or asking gave them. */
  revokeCallBack(of: Handle): Promise<void>;
}

export class GrantsStore implements Grants {
  readonly #api: ApiClient;
  readonly #putPerson: (person: PersonView) => void;
  readonly #changes = new Source(0);

  /** @param putPerson takes what the server says of a person after a change */
  constructor(api: ApiClient, putPerson: (person: PersonView) => void) {
    this.#api = api;
    this.#putPerson = putPerson;
  }

  get changes(): Observable<number> {
    return this.#changes;
  }

  async list(after?: Handle) {
    return this.#api.request("listGrants", { query: { after } });
  }

  async give(handle: Handle, choice: GrantChoice): Promise<void> {
    const input = { params: { handle }, body: { choice } };
    this.#putPerson(await this.#api.request("giveGrant", input));
  }

  async setBreakThrough(handle: Handle, mayBreakThrough: boolean): Promise<void> {
    const input = { params: { handle }, body: { mayBreakThrough } };
    this.#putPerson(await this.#api.request("changeGrant", input));
  }

  async end(handle: Handle): Promise<void> {
    this.#putPerson(await this.#api.request("endGrant", { params: { handle } }));
  }

  async revokeCallBack(handle: Handle): Promise<void> {
    this.#putPerson(await this.#api.request("revokeCallBack", { params: { handle } }));
  }

  /** The server says so, or everything may be out of date. */
  expire(): void {
    this.#changes.update((count) => count + 1);
  }
}
