import type { ConversationView, Entry, Handle } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { type ConversationList, ConversationListStore, type Place } from "./conversation-list.ts";
import { ApiError } from "./errors.ts";
import { type Loadable, Loaded } from "./loadable.ts";
import type { Observable } from "./observable.ts";
import { type Thread, ThreadStore } from "./thread.ts";

/** Conversations and their threads. Methods that return a promise throw `ApiError`. */
export interface Conversations {
  readonly inbox: Observable<ConversationList>;
  readonly requests: Observable<ConversationList>;
  /** The next page; after a failure the first one again. */
  loadMore(place: Place): Promise<void>;
  /** The same observable for the same handle; fetched when first asked for. */
  conversation(handle: Handle): Observable<Loadable<ConversationView>>;
  /** Fetches the conversation again, such as after a failure; another one stands in the observable. */
  refresh(handle: Handle): Promise<void>;
  /** The same observable for the same handle; fetched when first asked for. */
  thread(handle: Handle): Observable<Thread>;
  /** The page before; after a failure the latest one again. */
  loadEarlier(handle: Handle): Promise<void>;
  /** Shows the message at once as pending. A failure stands on the pending message. */
  send(handle: Handle, text: string): void;
  /** Sends a failed message again. The server adds it once, however often it was sent. */
  retry(handle: Handle, clientMessageId: string): void;
  acceptRequest(handle: Handle): Promise<void>;
  declineRequest(handle: Handle): Promise<void>;
  /** Everything in the thread so far was seen. Does nothing where nothing is unread. */
  markRead(handle: Handle): void;
}

export class ConversationsStore implements Conversations {
  readonly #api: ApiClient;
  #conversations = new Map<Handle, Loaded<ConversationView>>();
  #threads = new Map<Handle, ThreadStore>();
  readonly #lists: Record<Place, ConversationListStore>;
  #pushCount = 0;
  /** Which push was the last about a conversation. */
  #pushes = new Map<Handle, number>();

  constructor(api: ApiClient) {
    this.#api = api;
    const fetchPage = (place: Place, before?: string) => this.#fetchPage(place, before);
    this.#lists = {
      inbox: new ConversationListStore({ place: "inbox", fetchPage }),
      requests: new ConversationListStore({ place: "requests", fetchPage }),
    };
  }

  get inbox(): Observable<ConversationList> {
    return this.#lists.inbox.observable;
  }

  get requests(): Observable<ConversationList> {
    return this.#lists.requests.observable;
  }

  loadMore(place: Place): Promise<void> {
    return this.#lists[place].loadMore();
  }

  conversation(handle: Handle): Observable<Loadable<ConversationView>> {
    const isKnown = this.#conversations.has(handle);
    const loaded = this.#loaded(handle);
    if (!isKnown) void loaded.refresh();
    return loaded.observable;
  }

  async refresh(handle: Handle): Promise<void> {
    await this.#conversations.get(handle)?.refresh();
  }

  thread(handle: Handle): Observable<Thread> {
    return this.#thread(handle).observable;
  }

  loadEarlier(handle: Handle): Promise<void> {
    return this.#thread(handle).loadEarlier();
  }

  send(handle: Handle, text: string): void {
    this.#thread(handle).send(text);
  }

  retry(handle: Handle, clientMessageId: string): void {
    this.#thread(handle).retry(clientMessageId);
  }

  async acceptRequest(handle: Handle): Promise<void> {
    this.put(await this.#api.request("acceptRequest", { params: { handle }, body: {} }));
  }

  async declineRequest(handle: Handle): Promise<void> {
    this.put(await this.#api.request("declineRequest", { params: { handle }, body: {} }));
  }

  markRead(handle: Handle): void {
    const view = this.#conversations.get(handle)?.value;
    const upTo = this.#threads.get(handle)?.latestId;
    if (!view || view.unreadCount === 0 || !upTo) return;
    this.put({ ...view, unreadCount: 0 });
    void this.#sayRead(handle, upTo);
  }

  /** What the server says of a conversation replaces what is shown. */
  put(view: ConversationView): void {
    this.#pushCount += 1;
    this.#pushes.set(view.with.handle, this.#pushCount);
    this.#loaded(view.with.handle).put(view);
    this.#showLists();
  }

  addEntry(handle: Handle, entry: Entry): void {
    this.#threads.get(handle)?.add(entry);
  }

  /** The account of this handle is gone, with everything it wrote. */
  remove(handle: Handle): void {
    this.#conversations.get(handle)?.setMissing();
    this.#threads.get(handle)?.clear();
    this.#showLists();
  }

  /** Everything may be out of date. */
  expire(): void {
    for (const list of Object.values(this.#lists)) void list.refresh();
    for (const thread of this.#threads.values()) thread.observable.expire();
    for (const { observable, value } of this.#conversations.values()) {
      // Those in a list are judged when the list has come.
      if (value === null || value.place === "hidden") observable.expire();
    }
  }

  clear(): void {
    this.#conversations = new Map();
    this.#threads = new Map();
    this.#pushes = new Map();
    for (const list of Object.values(this.#lists)) list.clear();
  }

  async #fetchPage(place: Place, before: string | undefined): Promise<{ next: string | null }> {
    const pushCount = this.#pushCount;
    const isOlder = (handle: Handle) => (this.#pushes.get(handle) ?? 0) <= pushCount;
    const query = { place, before };
    const { conversations, next } = await this.#api.request("listConversations", { query });
    const listed = new Set(conversations.map((view) => view.with.handle));
    if (before === undefined) {
      // The list begins again: what is further down is fetched when somebody goes there.
      for (const [handle, { observable, value }] of this.#conversations) {
        if (value?.place === place && !listed.has(handle) && isOlder(handle)) observable.expire();
      }
    }
    for (const view of conversations) {
      if (isOlder(view.with.handle)) this.#loaded(view.with.handle).put(view);
    }
    this.#showLists();
    return { next };
  }

  async #sayRead(handle: Handle, upTo: string): Promise<void> {
    try {
      await this.#api.request("markRead", { params: { handle }, body: { upTo } });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // The mark comes back with the next thing that the server says of this conversation.
    }
  }

  #loaded(handle: Handle): Loaded<ConversationView> {
    let loaded = this.#conversations.get(handle);
    if (loaded === undefined) {
      loaded = new Loaded(
        () => this.#api.request("getConversation", { params: { handle } }),
        () => this.#showLists(),
      );
      this.#conversations.set(handle, loaded);
    }
    return loaded;
  }

  #thread(handle: Handle): ThreadStore {
    let thread = this.#threads.get(handle);
    if (thread === undefined) {
      thread = new ThreadStore(this.#api, handle);
      this.#threads.set(handle, thread);
      void thread.refresh();
    }
    return thread;
  }

  #showLists(): void {
    const known = [...this.#conversations.values()].flatMap(({ value, observable }) =>
      value === null || observable.isStale ? [] : value,
    );
    for (const list of Object.values(this.#lists)) list.show(known);
  }
}
