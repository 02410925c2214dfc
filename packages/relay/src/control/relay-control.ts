import type { WebSocket } from "ws";
import type { RelayLog } from "../log.ts";
import { controlKey } from "./control-handshake.ts";
import type { LiveCall } from "./live-call.ts";
import { RelayConnection, type Statement } from "./relay-connection.ts";

/** What the application's end of the control connections needs. */
export interface RelayControlOptions {
  /** RELAY_SECRET. */
  readonly secret: string;
  /** Every call that is ringing or connected; asked whenever a relay connects. */
  readonly liveCalls: () => readonly LiveCall[] | Promise<readonly LiveCall[]>;
  readonly log: RelayLog;
}

/**
 * The application's end of the control connections: it says which calls live and who is joined, to
 * every relay that connects and proves that it holds RELAY_SECRET. It knows no HTTP: the server
 * gives it the WebSockets.
 */
export class RelayControl implements AsyncDisposable {
  readonly #options: RelayControlOptions;
  readonly #key: Buffer;
  readonly #connections = new Set<RelayConnection>();
  /** Since a relay was last connected. */
  #hasWarned = false;

  constructor(options: RelayControlOptions) {
    this.#options = options;
    this.#key = controlKey(options.secret);
  }

  /** Takes over a WebSocket on which a relay is expected. To be called as soon as it is open. */
  accept(socket: WebSocket): void {
    const { liveCalls, log } = this.#options;
    let wasReady = false;
    const connection = new RelayConnection(socket, {
      key: this.#key,
      liveCalls,
      onReady: () => {
        wasReady = true;
        this.#hasWarned = false;
        log.info({ relays: this.connectedRelays() }, "relay connected");
      },
      onClose: (error) => {
        this.#connections.delete(connection);
        if (error !== undefined) log.error({ err: error }, "live calls could not be listed");
        if (wasReady) log.info({ relays: this.connectedRelays() }, "relay disconnected");
        else this.#warnOnce();
      },
    });
    this.#connections.add(connection);
  }

  /** Anybody can open this WebSocket: strangers must not write the log, whoever set it up must. */
  #warnOnce(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.log.warn({}, "a peer was refused that does not prove to hold RELAY_SECRET");
  }

  /** How many relays have proved themselves and know the live calls. */
  connectedRelays(): number {
    return [...this.#connections].filter((connection) => connection.isReady()).length;
  }

  /**
   * A call became live. Credentials of it are to be handed out after this.
   *
   * @returns whether every connected relay, and at least one, acts by it; within a second
   */
  callLive(callId: string): Promise<boolean> {
    return this.#tellAll({ type: "live", callId });
  }

  /**
   * A call was accepted: the two devices reach each other, every other device is out.
   *
   * @returns as `callLive`
   */
  join(callId: string, callerDevice: string, calleeDevice: string): Promise<boolean> {
    return this.#tellAll({ type: "join", callId, join: { callerDevice, calleeDevice } });
  }

  /**
   * A call is direct: both sides agreed to show each other their addresses, so the relay answers a
   * Binding of either with its own. That says nothing about who is joined, and may be said before or
   * after it; it is never taken back while the call lives. A call that was not declared live is now.
   *
   * @returns as `callLive`
   */
  direct(callId: string): Promise<boolean> {
    return this.#tellAll({ type: "direct", callId });
  }

  /**
   * A call ended: nothing of it passes any more.
   *
   * @returns as `callLive`
   */
  end(callId: string): Promise<boolean> {
    return this.#tellAll({ type: "end", callId });
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close();
    return Promise.resolve();
  }

  async #tellAll(statement: Statement): Promise<boolean> {
    const relays = [...this.#connections].filter((connection) => connection.isAuthenticated());
    const replies = await Promise.all(relays.map((connection) => connection.tell(statement)));
    return replies.length > 0 && replies.every(Boolean);
  }
}
