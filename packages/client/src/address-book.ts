import {
  type AddressBookImported,
  type DownMessage,
  type Handle,
  limits,
  type Person,
} from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import type { ReadContacts } from "./contact-file.ts";
import { clientLimits } from "./limits.ts";
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
  /** Reads a file of contacts here on the device. Nothing of it is sent anywhere. */
  readFile(file: Blob): Promise<ContactFile>;
  /** Everybody in the book, as vCards. @throws {ApiError} */
  writeFile(): Promise<Blob>;
}

/**
 * What became of a file of contacts. `unreadable`: the browser could not read it; `too-many`: it
 * names more accounts of this server than a book can hold.
 */
export type ContactFile =
  | { outcome: "read"; contacts: ReadContacts }
  | { outcome: "too-large" | "unreadable" | "no-contacts" | "too-many" };

export class AddressBookStore implements AddressBook {
  readonly #api: ApiClient;
  readonly #origin: string;
  readonly people: PagedListStore<Person, Handle>;

  /** @param origin of the server, for what a file says of where its accounts are */
  constructor(api: ApiClient, origin: string) {
    this.#api = api;
    this.#origin = origin;
    this.people = new PagedListStore((after) => this.#page(after));
  }

  look(handles: readonly Handle[]): Promise<AddressBookImported> {
    return this.#import(handles, true);
  }

  add(handles: readonly Handle[]): Promise<AddressBookImported> {
    return this.#import(handles, false);
  }

  async readFile(file: Blob): Promise<ContactFile> {
    if (file.size > clientLimits.contactFileBytesMax) return { outcome: "too-large" };
    const text = await textOf(file);
    if (text === null) return { outcome: "unreadable" };
    const { readContacts } = await import("./contact-file.ts");
    const contacts = readContacts(text, new URL(this.#origin).host);
    if (contacts.cardCount === 0) return { outcome: "no-contacts" };
    const isTooMany = contacts.handles.length > limits.addressBookEntriesMax;
    return isTooMany ? { outcome: "too-many" } : { outcome: "read", contacts };
  }

  async writeFile(): Promise<Blob> {
    const everybody: Person[] = [];
    let next: Handle | null = null;
    do {
      const page: { items: Person[]; next: Handle | null } = await this.#page(next ?? undefined);
      everybody.push(...page.items);
      next = page.next;
    } while (next !== null);
    const { writeContacts } = await import("./contact-file.ts");
    return new Blob([writeContacts(everybody, this.#origin)], { type: "text/vcard" });
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

/** UTF-8, or what older telephones wrote. null where the browser cannot read the file. */
async function textOf(file: Blob): Promise<string | null> {
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch (error) {
    // The file was moved or changed since it was chosen, or may not be read.
    if (error instanceof DOMException) return null;
    throw error;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
