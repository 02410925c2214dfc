import {
  type AddressBookImported,
  type DownMessage,
  type Handle,
  limits,
  type Person,
} from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { type Paged, PagedListStore } from "./paged-list.ts";

/** The people whom this account keeps by handle. Nobody else can read it. */
export interface AddressBook {
  readonly people: Paged<Person>;
  /**
   * Who of these is here and not in the book yet. Adds nobody.
   *
   * @throws {ApiError}
   */
  look(handles: readonly Handle[]): Promise<AddressBookImported>;
  /** Adds those who are here. @throws {ApiError} some of them may have been added */
  add(handles: readonly Handle[]): Promise<AddressBookImported>;
  /** Everybody in it, for a file. @throws {ApiError} */
  all(): Promise<Person[]>;
}

export class AddressBookStore implements AddressBook {
  readonly #api: ApiClient;
  readonly people: PagedListStore<Person, Handle>;

  constructor(api: ApiClient) {
    this.#api = api;
    this.people = new PagedListStore((after) => this.#page(after));
  }

  look(handles: readonly Handle[]): Promise<AddressBookImported> {
    return this.#import(handles, true);
  }

  add(handles: readonly Handle[]): Promise<AddressBookImported> {
    return this.#import(handles, false);
  }

  async all(): Promise<Person[]> {
    const everybody: Person[] = [];
    let next: Handle | null = null;
    do {
      const page: { items: Person[]; next: Handle | null } = await this.#page(next ?? undefined);
      everybody.push(...page.items);
      next = page.next;
    } while (next !== null);
    return everybody;
  }

  receive({ type }: DownMessage): void {
    if (type === "person-changed" || type === "person-removed") this.people.expire();
  }

  async #page(after: Handle | undefined) {
    const { people, next } = await this.#api.request("listAddressBook", { query: { after } });
    return { items: people, next };
  }

  /** In as many requests as it takes. */
  async #import(handles: readonly Handle[], isTrial: boolean): Promise<AddressBookImported> {
    const whole: AddressBookImported = { added: [], alreadyThere: [], notHere: [] };
    for (let from = 0; from < handles.length; from += limits.addressBookImportMax) {
      const some = handles.slice(from, from + limits.addressBookImportMax);
      const body = { handles: some, isTrial };
      const answer = await this.#api.request("importAddressBook", { body });
      whole.added.push(...answer.added);
      whole.alreadyThere.push(...answer.alreadyThere);
      whole.notHere.push(...answer.notHere);
    }
    if (!isTrial) await this.people.refresh();
    return whole;
  }
}
