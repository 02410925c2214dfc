import type { AccountId } from "@ringfence/protocol";
import type { ApiClient } from "../api.ts";
import { ApiError } from "../errors.ts";
import { type Observable, Source } from "../observable.ts";
import type { PushLack, PushPlatform } from "./push-platform.ts";

/** Whether this device is rung while its page is closed. */
export type PushSnapshot =
  /** Nobody is signed in, or nobody knows yet. */
  | { state: "unknown" }
  | { state: "impossible"; lack: PushLack }
  /** The person was not asked, or has stopped it. */
  | { state: "off" }
  /** The person told the browser that this site may not notify. */
  | { state: "denied" }
  /** `no-service`: the browser got no address from its push service. */
  | { state: "failed"; why: "no-service" | "service-refused" | "unreachable" }
  | { state: "on" };

export interface Push {
  readonly snapshot: Observable<PushSnapshot>;
  /** For a gesture: asks the person's browser, where it has not been, and subscribes. */
  allow(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Has the server push a trial notification to this device.
   *
   * @throws ApiError
   */
  ringToTry(): Promise<void>;
}

/** Holds the id of the account that lets this browser ring, or `stopped`. */
const storageKey = "ringfence.push";

export class PushStore implements Push {
  readonly #api: ApiClient;
  readonly #platform: PushPlatform;
  readonly #storage: Pick<Storage, "getItem" | "setItem">;
  readonly #snapshot = new Source<PushSnapshot>({ state: "unknown" });
  /** Counts what was begun, so that an answer that comes late changes nothing. */
  #turn = 0;
  #account: AccountId | null = null;
  /** What the platform was asked last: a sign-out is done before the next account subscribes. */
  #done: Promise<unknown> = Promise.resolve();

  constructor(
    api: ApiClient,
    platform: PushPlatform,
    storage: Pick<Storage, "getItem" | "setItem">,
  ) {
    this.#api = api;
    this.#platform = platform;
    this.#storage = storage;
  }

  get snapshot(): Observable<PushSnapshot> {
    return this.#snapshot;
  }

  /** Somebody signed in: where they let this device ring before, the server is told where it is. */
  async begin(account: AccountId): Promise<void> {
    this.#account = account;
    const { lack } = this.#platform;
    if (lack !== null) this.#snapshot.set({ state: "impossible", lack });
    else if (this.#platform.permission() === "denied") this.#snapshot.set({ state: "denied" });
    else if (this.#platform.permission() === "default" || this.#owner() !== account) {
      this.#snapshot.set({ state: "off" });
    } else await this.#subscribe();
  }

  /** Nobody is signed in any more: nothing of theirs stays for whoever is next at this browser. */
  clear(): void {
    const account = this.#account;
    this.#account = null;
    this.#turn++;
    this.#snapshot.set({ state: "unknown" });
    const owner = this.#owner();
    // In another tab the next account may have signed in, and have let this browser ring.
    const isTheirs = account !== null && ![null, "stopped", account].includes(owner);
    if (this.#platform.lack === null && !isTheirs) {
      void this.#inTurn(() => this.#forget());
    }
  }

  async allow(): Promise<void> {
    if (this.#platform.lack !== null) return;
    const permission = await this.#platform.askPermission();
    if (permission === "granted") {
      if (this.#account !== null) this.#remember(this.#account);
      await this.#subscribe();
    } else this.#snapshot.set({ state: permission === "denied" ? "denied" : "off" });
  }

  async stop(): Promise<void> {
    this.#remember("stopped");
    this.#turn++;
    await this.#api.request("deletePushSubscription", {});
    this.#snapshot.set({ state: "off" });
    await this.#platform.unsubscribe();
  }

  async ringToTry(): Promise<void> {
    try {
      await this.#api.request("testPush", { body: {} });
    } catch (error) {
      // The server has forgotten a subscription that ended: this browser makes another.
      if (error instanceof ApiError && error.code === "not-found") {
        await this.#platform.unsubscribe();
        await this.#subscribe();
      }
      throw error;
    }
  }

  async #subscribe(): Promise<void> {
    const turn = ++this.#turn;
    const snapshot = await this.#inTurn(() => this.#trySubscribing());
    if (turn === this.#turn) this.#snapshot.set(snapshot);
  }

  async #trySubscribing(): Promise<PushSnapshot> {
    try {
      const { publicKey } = await this.#api.request("getPushKey", {});
      const subscription = await this.#platform.subscribe(publicKey);
      await this.#api.request("putPushSubscription", { body: subscription });
      return { state: "on" };
    } catch (error) {
      // Chromium without Google's services, Brave with them off, a network that blocks them.
      if (!(error instanceof ApiError)) return { state: "failed", why: "no-service" };
      const isRefused = error.code === "push-service-refused";
      return { state: "failed", why: isRefused ? "service-refused" : "unreachable" };
    }
  }

  async #forget(): Promise<void> {
    const platform = this.#platform;
    await Promise.allSettled([platform.unsubscribe(), platform.closeAll(), platform.takeAccepts()]);
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const acted = this.#done.then(act);
    this.#done = acted.catch(() => {});
    return acted;
  }

  #owner(): string | null {
    try {
      return this.#storage.getItem(storageKey);
    } catch {
      return null;
    }
  }

  #remember(wish: AccountId | "stopped"): void {
    try {
      this.#storage.setItem(storageKey, wish);
    } catch {
      // A browser that keeps nothing: it is asked again.
    }
  }
}
