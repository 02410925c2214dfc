import {
  closeCodes,
  type DownFrame,
  type DownMessage,
  limits,
  parseDownFrame,
  protocolVersion,
  type UpMessage,
} from "@ringfence/protocol";
import { backoffMs } from "./backoff.ts";
import { clientLimits } from "./limits.ts";
import { type Observable, Source } from "./observable.ts";
import type { Page } from "./page.ts";

/** The live WebSocket. `outdated`: the server speaks a newer version, the page must be reloaded. */
export type Connection = "connecting" | "online" | "offline" | "outdated";

export interface SignallingEnvironment {
  origin: string;
  openWebSocket: (url: string) => WebSocket;
  page: Page;
}

export interface SignallingHandlers {
  /** Every message but heartbeats, in order; `welcome` after every hello. */
  onMessage(message: DownMessage): void;
  /** The server does not know this device's login any more. */
  onSignedOut(): void;
  /** An attempt to connect failed without a word that says why. */
  onFailedAttempt(): void;
}

const ordinaryWaits = { ...limits, ...clientLimits };
export type SignallingWaits = {
  [
    Name in
      | "heartbeatMs"
      | "heartbeatAnswerMs"
      | "welcomeTimeoutMs"
      | "reconnectFirstMs"
      | "reconnectMaxMs"
  ]: number;
};

/**
 * One WebSocket, kept open from `start` to `stop`.
 *
 *     stopped -> connecting -- welcome --> online -- lost --> connecting -- failed --> offline
 *                                                                 ^-- attempt, attempt --'
 *
 * Deliveries are numbered: a step other than the expected one means that something was missed, and
 * `hello` is said again, on the same socket.
 */
export class Signalling {
  readonly #environment: SignallingEnvironment;
  readonly #handlers: SignallingHandlers;
  readonly #waits: SignallingWaits;
  readonly #state = new Source<Connection>("connecting");
  #run: AbortController | null = null;
  #socket: WebSocket | null = null;
  /** The number of the latest delivery; null until `welcome` on this socket. */
  #sequence: number | null = null;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(
    environment: SignallingEnvironment,
    handlers: SignallingHandlers,
    waits: SignallingWaits = ordinaryWaits,
  ) {
    this.#environment = environment;
    this.#handlers = handlers;
    this.#waits = waits;
  }

  get state(): Observable<Connection> {
    return this.#state;
  }

  start(): void {
    if (this.#run !== null) return;
    this.#run = new AbortController();
    const { page } = this.#environment;
    for (const event of ["online", "shown"] as const) {
      page.on(event, () => this.#wakeUp(), this.#run.signal);
    }
    this.#failures = 0;
    this.#state.set("connecting");
    this.#connect();
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    clearTimeout(this.#retry);
    this.#drop();
    this.#state.set("connecting");
  }

  /** @returns false where there is no connection: nothing was sent, nothing is kept */
  send(message: UpMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN || this.#sequence === null) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #connect(): void {
    const url = `${this.#environment.origin.replace(/^http/, "ws")}/api/signalling`;
    const socket = this.#environment.openWebSocket(url);
    this.#socket = socket;
    this.#sequence = null;
    this.#expectWord(this.#waits.welcomeTimeoutMs);
    let wasOpen = false;
    socket.addEventListener("open", () => {
      if (this.#socket !== socket) return;
      wasOpen = true;
      this.#sayHello(socket);
      this.#heartbeat = setInterval(() => this.#probe(), this.#waits.heartbeatMs);
    });
    socket.addEventListener("message", (event) => {
      if (this.#socket === socket) this.#receive(socket, event.data);
    });
    socket.addEventListener("close", (event) => {
      if (this.#socket === socket) this.#lost(event.code, wasOpen);
    });
  }

  #sayHello(socket: WebSocket): void {
    socket.send(JSON.stringify({ type: "hello", protocolVersion } satisfies UpMessage));
  }

  #receive(socket: WebSocket, data: unknown): void {
    const parsed = parseDownFrame(typeof data === "string" ? data : "");
    if (parsed.outcome === "unknown") return;
    if (parsed.outcome === "malformed") {
      this.#lost(closeCodes.malformed, true);
      return;
    }
    const { message } = parsed.message;
    this.#stopExpecting();
    if (this.#isGap(parsed.message)) this.#sayHello(socket);
    if (message.type === "welcome") {
      this.#failures = 0;
      this.#state.set("online");
    }
    if (message.type !== "heartbeat") this.#handlers.onMessage(message);
  }

  /** Follows the count of deliveries; true where something was missed. */
  #isGap({ sequence, isDelivery, message }: DownFrame): boolean {
    const before = this.#sequence;
    if (message.type !== "welcome" && before === null) return false;
    this.#sequence = sequence;
    if (message.type === "welcome" || before === null) return false;
    return sequence !== (isDelivery ? before + 1 : before);
  }

  /**
   * Says a heartbeat, which the server answers. The answer is waited for and not the next word in
   * general: a hidden page's own timers run once a minute only.
   */
  #probe(): void {
    const isSent = this.send({ type: "heartbeat" });
    // One that is waited for already is not given more time by another.
    if (isSent && this.#silence === undefined) this.#expectWord(this.#waits.heartbeatAnswerMs);
  }

  /** A connection on which nothing is heard for this long is gone. */
  #expectWord(withinMs: number): void {
    this.#stopExpecting();
    this.#silence = setTimeout(() => this.#lost(closeCodes.timeout, true), withinMs);
  }

  #stopExpecting(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
  }

  #lost(code: number, wasOpen: boolean): void {
    const wasOnline = this.#sequence !== null;
    this.#drop();
    if (code === closeCodes.unsupportedVersion) {
      this.#run?.abort();
      this.#run = null;
      this.#state.set("outdated");
      return;
    }
    if (code === closeCodes.notSignedIn || code === closeCodes.signedOut) {
      this.#handlers.onSignedOut();
      return;
    }
    if (wasOnline) {
      this.#state.set("connecting");
    } else {
      this.#failures += 1;
      this.#state.set("offline");
      // A refused upgrade tells a page nothing: the login may be gone.
      if (!wasOpen) this.#handlers.onFailedAttempt();
    }
    if (this.#run === null) return;
    const waitMs = backoffMs(this.#failures, Math.random(), this.#waits);
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  /** A network that is back, or a machine that woke, may have left a socket that is dead. */
  #wakeUp(): void {
    if (this.#socket === null) {
      clearTimeout(this.#retry);
      this.#connect();
    } else {
      this.#probe();
    }
  }

  /** Lets go of the socket without hearing of its end. */
  #drop(): void {
    this.#stopExpecting();
    clearInterval(this.#heartbeat);
    const socket = this.#socket;
    this.#socket = null;
    this.#sequence = null;
    socket?.close();
  }
}
