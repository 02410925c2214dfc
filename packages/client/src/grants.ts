import type { GrantChoice, Handle, PersonView } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";

/**
 * The rights to ring that this account gave to single people. What became of one stands in
 * `People`, the list of them in `WhoCanRing`. Methods that return a promise throw `ApiError`.
 */
export interface Grants {
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

  /** @param putPerson takes what the server says of a person after a change */
  constructor(api: ApiClient, putPerson: (person: PersonView) => void) {
    this.#api = api;
    this.#putPerson = putPerson;
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
}
