import type {
  AddressException,
  ConversationView,
  DownMessage,
  Handle,
  MayRing,
  Person,
  PersonWithGrant,
  RefusedAttempt,
} from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { type Paged, PagedListStore } from "./paged-list.ts";

export interface PersonWithException {
  person: Person;
  exception: AddressException;
}

/**
 * Who can ring this account, who never may and who tried: the server's lists. What changes a line
 * of them stands in `Grants` and `People`; they follow by themselves, on every device.
 */
export interface WhoCanRing {
  /** Right now, each with the reason. */
  readonly now: Paged<MayRing>;
  readonly grants: Paged<PersonWithGrant>;
  readonly nevers: Paged<Person>;
  readonly blocked: Paged<Person>;
  readonly addressExceptions: Paged<PersonWithException>;
  /** Who tried to ring and was not allowed to. Nobody pushes these: expire them to look. */
  readonly attempts: Paged<RefusedAttempt>;
  /** @throws {ApiError} */
  forgetAttempts(): Promise<void>;
}

export class WhoCanRingStore implements WhoCanRing {
  readonly #api: ApiClient;
  readonly now: PagedListStore<MayRing, Handle>;
  readonly grants: PagedListStore<PersonWithGrant, Handle>;
  readonly nevers: PagedListStore<Person, Handle>;
  readonly blocked: PagedListStore<Person>;
  readonly addressExceptions: PagedListStore<PersonWithException, Handle>;
  readonly attempts: PagedListStore<RefusedAttempt>;
  /** How this account last stood in a conversation. */
  readonly #standings = new Map<Handle, string>();
  readonly #all: readonly { expire(): void; clear(): void }[];

  constructor(api: ApiClient) {
    this.#api = api;
    this.now = new PagedListStore(async (after) => {
      const { people, next, count } = await api.request("listWhoMayRing", { query: { after } });
      return { items: people, next, count };
    });
    this.grants = new PagedListStore(async (after) => {
      const { grants, next } = await api.request("listGrants", { query: { after } });
      return { items: grants, next };
    });
    this.nevers = new PagedListStore(async (after) => {
      const { people, next } = await api.request("listNevers", { query: { after } });
      return { items: people, next };
    });
    this.blocked = new PagedListStore(async () => {
      const { people } = await api.request("listBlocked", {});
      return { items: people, next: null };
    });
    this.addressExceptions = new PagedListStore(async (after) => {
      const answer = await api.request("listAddressExceptions", { query: { after } });
      return { items: answer.exceptions, next: answer.next };
    });
    this.attempts = new PagedListStore(async (before) => {
      const { attempts, next } = await api.request("listAttempts", { query: { before } });
      return { items: attempts, next };
    });
    this.#all = [
      this.now,
      this.grants,
      this.nevers,
      this.blocked,
      this.addressExceptions,
      this.attempts,
    ];
  }

  async forgetAttempts(): Promise<void> {
    await this.#api.request("clearAttempts", {});
    await this.attempts.refresh();
  }

  /** What the server pushes makes some of the lists out of date. */
  receive(message: DownMessage): void {
    const { type } = message;
    if (type === "person-changed" || type === "person-removed") this.expire();
    if (type === "call-settings-changed") this.now.expire();
    if (type === "conversation-changed" && this.#isNews(message.conversation)) this.now.expire();
    if (type === "grants-changed") {
      this.now.expire();
      this.grants.expire();
    }
  }

  /** Whether more than a message came: who has entered a conversation bears on who can ring. */
  #isNews({ with: { handle }, entered, callButton }: ConversationView): boolean {
    const before = this.#standings.get(handle);
    const standing = `${callButton} ${entered}`;
    this.#standings.set(handle, standing);
    return standing !== before;
  }

  /** Anything may be out of date. */
  expire(): void {
    for (const list of this.#all) list.expire();
  }

  clear(): void {
    this.#standings.clear();
    for (const list of this.#all) list.clear();
  }
}
