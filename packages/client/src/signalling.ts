import { closeCodes, type DownMessage, limits, type UpMessage } from "@ringfence/protocol";
import { backoffMs } from "./backoff.ts";
import { seekFreshLine } from "./fresh-line.ts";
import { clientLimits } from "./limits.ts";
import { type Observable, Source } from "./observable.ts";
import type { Page } from "./page.ts";
import { SignallingLine } from "./signalling-line.ts";

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
  /** The account is suspended. */
  onSuspended(): void;
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
      | "reconnectInCallMaxMs"
      | "freshLinePatienceMs"
  ]: number;
};

/**
 * The connection to the server, kept from `start` to `stop`.
 *
 *     stopped -> connecting -- welcome --> online -- lost --> connecting -- failed --> offline
 *                                                                 ^-- attempt, attempt --'
 *
 * A call that hears nothing any more makes it hurry: a line that was alive may be dead without any
 * event, so the next one is opened beside it, and whichever is welcomed first is the one.
 */
export class Signalling {
  readonly #environment: SignallingEnvironment;
  readonly #handlers: SignallingHandlers;
  readonly #waits: SignallingWaits;
  readonly #state = new Source<Connection>("connecting");
  #run: AbortController | null = null;
  #line: SignallingLine | null = null;
  /** Seeks a fresh line, until there is one or nobody needs it so soon. */
  #search: AbortController | null = null;
  /** The latest line that was welcomed, and how many were so far. */
  #welcomed: SignallingLine | null = null;
  #welcomedLines = 0;
  /** A call has lost its path: a line that ends is sought again at once. */
  #isHurried = false;
  #roundTripMs: number | null = null;
  #heardAtMs = Date.now();
  #calls = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

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

  /** How many lines were welcomed so far: another number means another line. */
  get welcomedLines(): number {
    return this.#welcomedLines;
  }

  /** How long nothing was heard of the server, by the clock on the wall: machines sleep. */
  get silentForMs(): number {
    return Date.now() - this.#heardAtMs;
  }

  start(): void {
    if (this.#run !== null) return;
    this.#run = new AbortController();
    const { page } = this.#environment;
    for (const event of ["online", "shown", "moved"] as const) {
      page.on(event, () => this.#wakeUp({ isUrgent: event !== "shown" }), this.#run.signal);
    }
    this.#failures = 0;
    this.#state.set("connecting");
    this.#connect();
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    this.#drop();
    this.#state.set("connecting");
  }

  /** @returns false where there is no connection: nothing was sent, nothing is kept */
  send(message: UpMessage): boolean {
    return this.#line?.send(message) === true;
  }

  /** For a call, until the signal: the connection is opened again sooner. */
  stayFor(signal: AbortSignal): void {
    this.#calls += 1;
    signal.addEventListener("abort", () => {
      this.#calls -= 1;
      if (this.#calls === 0) this.rest();
    });
  }

  /**
   * A call needs the server's word now: asks for a `welcome`.
   *
   * @param isUrgent on a fresh line too, at once, and on the next one after that until there is one
   */
  ask({ isUrgent }: { isUrgent: boolean }): void {
    if (this.#run === null) return;
    this.#isHurried = true;
    if (this.#line?.isLive === true) this.#line.greet(this.#patienceMs);
    else this.#dropLine();
    if (isUrgent || this.#line === null) this.#seek();
  }

  /** Nothing is needed so soon any more. */
  rest(): void {
    this.#isHurried = false;
    if (this.#search === null) return;
    this.#search.abort();
    this.#search = null;
    if (this.#line === null && this.#run !== null) this.#connect();
  }

  get #patienceMs(): number {
    const { freshLinePatienceMs: least } = this.#waits;
    const roundTrips = (this.#roundTripMs ?? 0) * clientLimits.freshLineRoundTrips;
    return Math.max(least, Math.min(roundTrips, clientLimits.freshLinePatienceMaxMs));
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#line = this.#open();
    this.#line.expectWord(this.#waits.welcomeTimeoutMs);
  }

  #open(): SignallingLine {
    const url = `${this.#environment.origin.replace(/^http/, "ws")}/api/signalling`;
    const line = new SignallingLine(this.#environment.openWebSocket(url), this.#waits, {
      onWord: () => (this.#heardAtMs = Date.now()),
      onMessage: (message) => this.#receive(line, message),
      onEnd: (code, isRefused) => this.#ended(line, code, isRefused),
    });
    return line;
  }

  #seek(): void {
    if (this.#search !== null) return;
    clearTimeout(this.#retry);
    this.#search = new AbortController();
    const parts = { open: () => this.#open(), patienceMs: this.#patienceMs };
    void seekFreshLine(parts, this.#search.signal);
  }

  #receive(line: SignallingLine, message: DownMessage): void {
    if (message.type === "welcome") this.#welcome(line);
    if (line === this.#line) this.#handlers.onMessage(message);
  }

  /** The first line that is welcomed is the one; another that there was, or is sought, is let go. */
  #welcome(line: SignallingLine): void {
    this.#search?.abort();
    this.#search = null;
    this.#failures = 0;
    this.#roundTripMs = line.roundTripMs;
    if (line !== this.#line) this.#dropLine();
    this.#line = line;
    if (line !== this.#welcomed) this.#welcomedLines += 1;
    this.#welcomed = line;
    this.#state.set("online");
  }

  #ended(line: SignallingLine, code: number, isRefused: boolean): void {
    if (code === closeCodes.unsupportedVersion) {
      this.#run?.abort();
      this.#run = null;
      this.#drop();
      this.#state.set("outdated");
      return;
    }
    if (code === closeCodes.notSignedIn || code === closeCodes.signedOut) {
      this.#drop();
      this.#handlers.onSignedOut();
      return;
    }
    if (code === closeCodes.suspended) {
      this.#drop();
      this.#handlers.onSuspended();
      return;
    }
    if (line !== this.#line) return;
    this.#line = null;
    if (line === this.#welcomed) {
      this.#state.set("connecting");
    } else {
      this.#failures += 1;
      this.#state.set("offline");
      // A refused upgrade tells a page nothing: the login may be gone.
      if (isRefused) this.#handlers.onFailedAttempt();
    }
    if (this.#run === null || this.#search !== null) return;
    if (this.#isHurried) this.#seek();
    else this.#connectLater();
  }

  #connectLater(): void {
    const { reconnectFirstMs, reconnectMaxMs, reconnectInCallMaxMs } = this.#waits;
    const most = this.#calls > 0 ? Math.min(reconnectInCallMaxMs, reconnectMaxMs) : reconnectMaxMs;
    const waits = { reconnectFirstMs, reconnectMaxMs: most };
    const waitMs = backoffMs(this.#failures, Math.random(), waits);
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  /** A network that is back, or a machine that woke, may have left a line that is dead. */
  #wakeUp(how: { isUrgent: boolean }): void {
    if (this.#calls > 0) this.ask(how);
    else if (this.#line === null) this.#connect();
    else this.#line.probe(this.#waits.heartbeatAnswerMs);
  }

  #dropLine(): void {
    this.#line?.close();
    this.#line = null;
  }

  #drop(): void {
    clearTimeout(this.#retry);
    this.#isHurried = false;
    this.#search?.abort();
    this.#search = null;
    this.#dropLine();
  }
}
