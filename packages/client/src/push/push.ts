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

const storageKey = "ringfence.push";

export class PushStore implements Push {
  readonly #api: ApiClient;
  readonly #platform: PushPlatform;
  readonly #storage: Pick<Storage, "getItem" | "setItem">;
  readonly #snapshot = new Source<PushSnapshot>({ state: "unknown" });
  /** Counts what was begun, so that an answer that comes late changes nothing. */
  #turn = 0;

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
  async begin(): Promise<void> {
    const { lack } = this.#platform;
    if (lack !== null) this.#snapshot.set({ state: "impossible", lack });
    else if (this.#platform.permission() === "denied") this.#snapshot.set({ state: "denied" });
    else if (this.#platform.permission() === "default" || this.#isStopped()) {
      this.#snapshot.set({ state: "off" });
    } else await this.#subscribe();
  }

  clear(): void {
    this.#turn++;
    this.#snapshot.set({ state: "unknown" });
  }

  async allow(): Promise<void> {
    if (this.#platform.lack !== null) return;
    const permission = await this.#platform.askPermission();
    if (permission === "granted") {
      this.#remember("on");
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
    const snapshot = await this.#trySubscribing();
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

  #isStopped(): boolean {
    try {
      return this.#storage.getItem(storageKey) === "stopped";
    } catch {
      return false;
    }
  }

  #remember(wish: "on" | "stopped"): void {
    try {
      this.#storage.setItem(storageKey, wish);
    } catch {
      // A browser that keeps nothing: it is asked again.
    }
  }
}
