import type { AskAnswer, AskId, Handle, PersonView, ReceivedAsk } from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { ApiError } from "./errors.ts";
import { type Observable, Source } from "./observable.ts";

/** The asks that wait for this account's answer, newest first. `failed` keeps what was there. */
export interface AskList {
  state: "loading" | "ready" | "failed";
  asks: readonly ReceivedAsk[];
  hasMore: boolean;
}

/** Asking to be allowed to call, and answering. Methods that return a promise throw `ApiError`. */
export interface Asks {
  readonly received: Observable<AskList>;
  /** The next page; after a failure the first one again. */
  loadMore(): Promise<void>;
  /** @param reason may be empty */
  send(to: Handle, reason: string): Promise<void>;
  /** What was asked counts all the same. */
  withdraw(from: Handle): Promise<void>;
  /** They are told of a grant, and of nothing else. `call-now` rings nobody: `Calls.ring` does. */
  answer(to: Handle, answer: AskAnswer): Promise<void>;
}

const nothingYet: AskList = { state: "loading", asks: [], hasMore: false };

export class AsksStore implements Asks {
  readonly #api: ApiClient;
  readonly #putPerson: (person: PersonView) => void;
  readonly #received = new Source<AskList>(nothingYet);
  #next: AskId | null = null;
  #isLoadingMore = false;
  #pushCount = 0;

  /** @param putPerson takes what the server says of a person after an ask or an answer */
  constructor(api: ApiClient, putPerson: (person: PersonView) => void) {
    this.#api = api;
    this.#putPerson = putPerson;
  }

  get received(): Observable<AskList> {
    return this.#received;
  }

  async loadMore(): Promise<void> {
    if (this.#received.get().state === "failed") return this.refresh();
    if (this.#next === null || this.#isLoadingMore) return;
    this.#isLoadingMore = true;
    try {
      await this.#fetchPage(this.#next);
    } finally {
      this.#isLoadingMore = false;
    }
  }

  async send(handle: Handle, reason: string): Promise<void> {
    const input = { params: { handle }, body: { reason } };
    this.#putPerson(await this.#api.request("askToCall", input));
  }

  async withdraw(handle: Handle): Promise<void> {
    this.#putPerson(await this.#api.request("withdrawAsk", { params: { handle } }));
  }

  async answer(handle: Handle, answer: AskAnswer): Promise<void> {
    const input = { params: { handle }, body: { answer } };
    this.#putPerson(await this.#api.request("answerAsk", input));
    this.#leaveOut((ask) => ask.from.handle === handle);
  }

  /** Somebody asks; a person has one ask at a time. */
  put(ask: ReceivedAsk): void {
    this.#leaveOut((one) => one.from.handle === ask.from.handle);
    this.#show([ask, ...this.#received.get().asks]);
  }

  end(askId: AskId): void {
    this.#leaveOut((ask) => ask.id === askId);
  }

  /** The account of this handle is gone. */
  remove(handle: Handle): void {
    this.#leaveOut((ask) => ask.from.handle === handle);
  }

  /** Begins again with the first page. A failure leaves what is there. */
  async refresh(): Promise<void> {
    try {
      await this.#fetchPage(undefined);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#received.get().state === "ready") return;
      this.#received.update((before) => ({ ...before, state: "failed" }));
    }
  }

  clear(): void {
    this.#next = null;
    this.#received.set(nothingYet);
  }

  async #fetchPage(before: AskId | undefined): Promise<void> {
    const pushCount = this.#pushCount;
    const { asks, next } = await this.#api.request("listAsks", { query: { before } });
    // What was pushed meanwhile may be newer than this page.
    if (pushCount !== this.#pushCount) return this.#fetchPage(before);
    this.#next = next;
    const earlier = before === undefined ? [] : this.#received.get().asks;
    this.#received.set({ state: "ready", asks: [...earlier, ...asks], hasMore: next !== null });
  }

  #leaveOut(isGone: (ask: ReceivedAsk) => boolean): void {
    const before = this.#received.get().asks;
    const asks = before.filter((ask) => !isGone(ask));
    // It may stand on a page that is on its way.
    this.#pushCount += 1;
    if (asks.length < before.length) this.#show(asks);
  }

  #show(asks: readonly ReceivedAsk[]): void {
    this.#received.update((list) => ({ ...list, asks }));
  }
}
