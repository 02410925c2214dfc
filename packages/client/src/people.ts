import type { AddressException, Handle, NewReport, PersonView } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { type Loadable, Loaded } from "./loadable.ts";
import type { Observable } from "./observable.ts";

/** People as this account sees them. Methods that return a promise throw `ApiError`. */
export interface People {
  /** The same observable for the same handle; fetched when first asked for. */
  person(handle: Handle): Observable<Loadable<PersonView>>;
  /** Fetches the person again, such as after a failure. Another failure stands in the observable. */
  refresh(handle: Handle): Promise<void>;
  /**
   * People whose handle begins with the text; without a text, those this account follows.
   *
   * @param after the `next` of the page before
   */
  find(startsWith: string, after?: Handle): Promise<{ people: PersonView[]; next: Handle | null }>;
  follow(handle: Handle): Promise<void>;
  /** @param endGrant also ends the right to ring that this account gave them */
  unfollow(handle: Handle, endGrant?: boolean): Promise<void>;
  block(handle: Handle): Promise<void>;
  unblock(handle: Handle): Promise<void>;
  /** This person may never ring, whatever else is allowed. They are not told. */
  sayNever(handle: Handle): Promise<void>;
  takeBackNever(handle: Handle): Promise<void>;
  /** They are not told, here and below. */
  addToAddressBook(handle: Handle): Promise<void>;
  removeFromAddressBook(handle: Handle): Promise<void>;
  /** What holds in calls with this person; null: what *Hide my address* says. */
  setAddressException(handle: Handle, exception: AddressException | null): Promise<void>;
  /** Tells whoever runs this server. */
  report(report: NewReport): Promise<void>;
}

export class PeopleStore implements People {
  readonly #api: ApiClient;
  #people = new Map<Handle, Loaded<PersonView>>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  person(handle: Handle): Observable<Loadable<PersonView>> {
    let loaded = this.#people.get(handle);
    if (loaded === undefined) {
      loaded = new Loaded(() => this.#api.request("getPerson", { params: { handle } }));
      this.#people.set(handle, loaded);
      void loaded.refresh();
    }
    return loaded.observable;
  }

  async refresh(handle: Handle): Promise<void> {
    await this.#people.get(handle)?.refresh();
  }

  async find(startsWith: string, after?: Handle) {
    const found = await this.#api.request("findPeople", { query: { startsWith, after } });
    for (const person of found.people) this.put(person);
    return found;
  }

  async follow(handle: Handle): Promise<void> {
    this.put(await this.#api.request("follow", { params: { handle } }));
  }

  async unfollow(handle: Handle, endGrant = false): Promise<void> {
    const query = endGrant ? { endGrant: "yes" as const } : {};
    this.put(await this.#api.request("unfollow", { params: { handle }, query }));
  }

  async block(handle: Handle): Promise<void> {
    this.put(await this.#api.request("block", { params: { handle } }));
  }

  async unblock(handle: Handle): Promise<void> {
    this.put(await this.#api.request("unblock", { params: { handle } }));
  }

  async sayNever(handle: Handle): Promise<void> {
    this.put(await this.#api.request("sayNever", { params: { handle } }));
  }

  async takeBackNever(handle: Handle): Promise<void> {
    this.put(await this.#api.request("takeBackNever", { params: { handle } }));
  }

  async addToAddressBook(handle: Handle): Promise<void> {
    this.put(await this.#api.request("addToAddressBook", { params: { handle } }));
  }

  async removeFromAddressBook(handle: Handle): Promise<void> {
    this.put(await this.#api.request("removeFromAddressBook", { params: { handle } }));
  }

  async setAddressException(handle: Handle, exception: AddressException | null): Promise<void> {
    const params = { handle };
    this.put(
      exception === null
        ? await this.#api.request("clearAddressException", { params })
        : await this.#api.request("setAddressException", { params, body: { exception } }),
    );
  }

  async report(report: NewReport): Promise<void> {
    await this.#api.request("report", { body: report });
  }

  /** What the server says of a person replaces what is shown, where anything is. */
  put(person: PersonView): void {
    this.#people.get(person.handle)?.put(person);
  }

  remove(handle: Handle): void {
    this.#people.get(handle)?.setMissing();
  }

  /** Everything may be out of date. */
  expire(): void {
    for (const { observable } of this.#people.values()) observable.expire();
  }

  clear(): void {
    this.#people = new Map();
  }
}
