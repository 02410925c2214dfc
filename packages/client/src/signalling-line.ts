import {
  closeCodes,
  type DownFrame,
  type DownMessage,
  parseDownFrame,
  protocolVersion,
  type UpMessage,
} from "@ringfence/protocol";

interface LineWaits {
  heartbeatMs: number;
  heartbeatAnswerMs: number;
}

interface LineEvents {
  /** Something was heard, whatever it was. */
  onWord(): void;
  /** Every message but heartbeats, in order. */
  onMessage(message: DownMessage): void;
  /** Not after `close`. `isRefused`: it never opened, and nothing says why. */
  onEnd(code: number, isRefused: boolean): void;
}

/**
 * One WebSocket, from its opening to its end.
 *
 *     opening -- open, hello said --> open -- welcome --> live -- lost, or silent --> ended
 *
 * Deliveries are numbered: a step other than the expected one means that something was missed, and
 * `hello` is said again, on the same socket.
 */
export class SignallingLine {
  readonly #socket: WebSocket;
  readonly #events: LineEvents;
  readonly #waits: LineWaits;
  readonly #opened = new AbortController();
  readonly #ended = new AbortController();
  /** The number of the latest delivery; null until `welcome`. */
  #sequence: number | null = null;
  #askedAt = 0;
  #roundTripMs: number | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(socket: WebSocket, waits: LineWaits, events: LineEvents) {
    this.#socket = socket;
    this.#waits = waits;
    this.#events = events;
    socket.addEventListener("open", () => this.#begin());
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code }) => this.#end(code, !this.opened.aborted));
  }

  /** Aborted when the server has taken the connection. */
  get opened(): AbortSignal {
    return this.#opened.signal;
  }

  /** Aborted when it is over, whoever ended it. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Whether it was welcomed, and has not ended as far as is known. */
  get isLive(): boolean {
    const isOpen = this.#socket.readyState === WebSocket.OPEN && !this.ended.aborted;
    return isOpen && this.#sequence !== null;
  }

  /** From a question of this side to its answer; null before the first. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** @returns false where nothing was sent */
  send(message: UpMessage): boolean {
    if (!this.isLive) return false;
    this.#write(message);
    return true;
  }

  /** Asks for a `welcome`. A line that gives no word in time ends. */
  greet(withinMs: number): void {
    if (!this.isLive) return;
    this.#sayHello();
    this.expectWord(withinMs);
  }

  /**
   * Says a heartbeat, which the server answers. The answer is waited for and not the next word in
   * general: a hidden page's own timers run once a minute only.
   */
  probe(withinMs: number): void {
    // One that is waited for already is not given more time by another.
    if (!this.send({ type: "heartbeat" }) || this.#silence !== undefined) return;
    this.#askedAt = performance.now();
    this.expectWord(withinMs);
  }

  /** A line on which nothing is heard for this long has ended. */
  expectWord(withinMs: number): void {
    this.#stopExpecting();
    this.#silence = setTimeout(() => this.#end(closeCodes.timeout), withinMs);
  }

  /** Lets go of the socket without hearing of its end. */
  close(): void {
    this.#ended.abort();
    this.#stopExpecting();
    clearInterval(this.#heartbeat);
    this.#socket.close();
  }

  #begin(): void {
    if (this.ended.aborted) return;
    this.#opened.abort();
    this.#sayHello();
    const { heartbeatMs, heartbeatAnswerMs } = this.#waits;
    this.#heartbeat = setInterval(() => this.probe(heartbeatAnswerMs), heartbeatMs);
  }

  #sayHello(): void {
    this.#askedAt = performance.now();
    this.#write({ type: "hello", protocolVersion });
  }

  #receive(data: unknown): void {
    if (this.ended.aborted) return;
    this.#events.onWord();
    const parsed = parseDownFrame(typeof data === "string" ? data : "");
    if (parsed.outcome === "unknown") return;
    if (parsed.outcome === "malformed") {
      this.#end(closeCodes.malformed);
      return;
    }
    const { message } = parsed.message;
    this.#stopExpecting();
    if (message.type === "welcome" || message.type === "heartbeat") {
      this.#roundTripMs = performance.now() - this.#askedAt;
    }
    if (this.#isGap(parsed.message)) this.#sayHello();
    if (message.type !== "heartbeat") this.#events.onMessage(message);
  }

  /** Follows the count of deliveries; true where something was missed. */
  #isGap({ sequence, isDelivery, message }: DownFrame): boolean {
    const before = this.#sequence;
    if (message.type !== "welcome" && before === null) return false;
    this.#sequence = sequence;
    if (message.type === "welcome" || before === null) return false;
    return sequence !== (isDelivery ? before + 1 : before);
  }

  #write(message: UpMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  #stopExpecting(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
  }

  #end(code: number, isRefused = false): void {
    if (this.ended.aborted) return;
    this.close();
    this.#events.onEnd(code, isRefused);
  }
}
