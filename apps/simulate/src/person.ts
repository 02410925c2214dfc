import { type Client, createClient } from "@ringfence/client";
import { headlessEnvironment, type OpenPeer } from "@ringfence/client/headless";
import { Handle } from "@ringfence/protocol";
import { passwordOf, simulationHeader } from "./consent.ts";
import type { Door } from "./door.ts";
import { simulationLimits } from "./limits.ts";
import { News } from "./news.ts";
import { StillPeer } from "./still-peer.ts";
import type { Tally } from "./tally.ts";
import { TappedSocket, type WireMessage } from "./wire.ts";

/** What goes over a person's live connection, in both directions. */
export interface Listener {
  onSent(from: Person, message: WireMessage, atMs: number): void;
  onHeard(by: Person, message: WireMessage, atMs: number): void;
}

interface PersonParts {
  readonly door: Door;
  readonly code: string;
  readonly tally: Tally;
  readonly listener: Listener;
}

/**
 * Somebody who does not exist, at a page of their own: the client that browsers run, without a browser.
 * They reach the server as a page does, by its API and its WebSocket, and by nothing else.
 */
export class Person implements Disposable {
  readonly handle: Handle;
  readonly displayName: string;
  readonly client: Client;
  readonly news = new News();
  /** Those whom they follow and are followed by. */
  readonly friends = new Set<Person>();
  /** Makes the connections of the call that they are in; null where they are in none. */
  openPeer: OpenPeer | null = null;
  hasAccount = false;
  readonly #parts: PersonParts;
  readonly #number: number;
  #cookie = "";

  constructor(handle: string, number: number, parts: PersonParts) {
    this.handle = Handle.parse(handle);
    this.displayName = `Simulated ${number}`;
    this.#parts = parts;
    this.#number = number;
    const { door } = parts;
    this.client = createClient(
      headlessEnvironment({
        origin: door.origin,
        fetch: (url, init) => this.#fetch(url instanceof Request ? url.url : url, init),
        openWebSocket: (url) => this.#openSocket(url),
        sendBeacon: (path) => void this.#fetch(door.origin + path, { method: "POST" }),
        openPeer: (call, events) =>
          this.openPeer === null ? new StillPeer(events) : this.openPeer(call, events),
      }),
    );
    const { calls, connection, ownDevices } = this.client;
    for (const each of [calls.snapshot, connection, ownDevices.snapshot]) {
      each.subscribe(() => this.news.tell());
    }
  }

  get isBusy(): boolean {
    return this.openPeer !== null;
  }

  /** @throws ApiError; Error where it takes too long until others can call them */
  async signUp(invitation: string | undefined, signal: AbortSignal): Promise<void> {
    const { account, connection, ownDevices } = this.client;
    await account.signUp({
      handle: this.handle,
      displayName: this.displayName,
      password: passwordOf(this.#parts.code, this.handle),
      ...(invitation !== undefined && { invitation }),
    });
    this.hasAccount = true;
    const isReady = () => {
      const devices = ownDevices.snapshot.get();
      const isLinked = devices.state === "known" && devices.isLinked;
      return isLinked && connection.get() === "online";
    };
    const { settleTimeoutMs } = simulationLimits;
    if (await this.news.until(isReady, settleTimeoutMs, signal)) return;
    throw new Error("never-ready");
  }

  /** @throws ApiError */
  async removeAccount(): Promise<void> {
    const password = passwordOf(this.#parts.code, this.handle);
    await this.client.account.deleteAccount({ type: "password", password });
    this.hasAccount = false;
  }

  [Symbol.dispose](): void {
    this.client.close();
  }

  #openSocket(url: string): WebSocket {
    const { listener, tally, door } = this.#parts;
    const headers = { cookie: this.#cookie, origin: door.origin };
    const socket = new TappedSocket(url, headers, {
      onSent: (message, atMs) => listener.onSent(this, message, atMs),
      onHeard: (message, atMs) => listener.onHeard(this, message, atMs),
      onLost: (code) => tally.fault(`connection-closed-${code}`),
    });
    return socket as unknown as WebSocket;
  }

  /** With the cookie of this page, as a browser does. */
  async #fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const { door, code, tally } = this.#parts;
    const headers = new Headers(init.headers);
    headers.set(...simulationHeader(code, this.#number));
    headers.set("user-agent", "Ringfence simulation");
    if (this.#cookie !== "") headers.set("cookie", this.#cookie);
    const response = await door.ask(url, { ...init, headers }).catch((error: unknown) => {
      tally.fault("request-unanswered");
      throw error;
    });
    const set = response.headers.getSetCookie()[0]?.split(";")[0];
    if (set !== undefined) this.#cookie = set;
    if (response.status === 429 || response.status >= 500) tally.fault(`http-${response.status}`);
    return response;
  }
}
