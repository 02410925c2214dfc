import { WebSocket } from "ws";
import { shellLimits } from "../limits.ts";
import type { RelayLog } from "../log.ts";
import {
  challengeBytes,
  isProof,
  makeChallenge,
  makeProof,
  proofBytes,
} from "./control-handshake.ts";
import { makeCounters, subtractCounters } from "../turn/counters.ts";
import { parseControlDown } from "./control-message.ts";
import { controlCloseCodes, ControlSocket } from "./control-socket.ts";
import type { RelayFigures } from "./figures.ts";
import type { Speaker } from "../turn/call.ts";
import type { Instruction } from "./obey-control.ts";
import type { Registration } from "./registration.ts";

export interface ControlClientOptions {
  /** The WebSocket address of one application. */
  readonly url: string;
  /** What `controlKey` made. */
  readonly key: Buffer;
  /** Who this relay is. */
  readonly registration: Registration;
  /** Acts by a message; false where it came too late. */
  readonly apply: (speaker: Speaker, instruction: Instruction) => Promise<boolean>;
  /** The relay is to take no new calls. */
  readonly drain: () => Promise<void>;
  /** What the relay holds, and has done since it started. */
  readonly figures: () => Promise<RelayFigures>;
  readonly log: RelayLog;
}

const refused = "relay control refused: the application holds another RELAY_SECRET";
const notReached = "relay control not reached: check RELAY_CONTROL; it is tried again";

/**
 * The relay's end of the control connection to one application.
 *
 * ```
 * waiting ──▶ connecting ── challenge ──▶ proving ── proof ──▶ connected ──▶ waiting …
 * ```
 *
 * A lost connection ends no call: what the relay knew it knows until it is told otherwise.
 */
export class ControlClient implements AsyncDisposable {
  readonly #options: ControlClientOptions;
  #socket: WebSocket | undefined;
  #control: ControlSocket | undefined;
  #reporting: NodeJS.Timeout | undefined;
  #listing: NodeJS.Timeout | undefined;
  /** Of the application at the other end, as it said with its latest list. */
  #database: string | undefined;
  /** What this application has been told already. */
  #reported = makeCounters();
  #retry: NodeJS.Timeout | undefined;
  #retryMs: number = shellLimits.controlRetryMsMin;
  #isConnected = false;
  /** Since it was last connected. */
  #attempts = 0;
  #hasWarned = false;
  #isDisposed = false;

  constructor(options: ControlClientOptions) {
    this.#options = options;
    this.#connect();
  }

  isConnected(): boolean {
    return this.#isConnected;
  }

  /** Tells the figures now, and not only when it is time. */
  async report(): Promise<void> {
    const figures = await this.#options.figures();
    if (!this.#isConnected) return;
    const counters = subtractCounters(figures.counters, this.#reported);
    this.#control?.send({ type: "figures", figures: { ...figures, counters } });
    this.#reported = figures.counters;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#retry);
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#socket === undefined || this.#socket.readyState === WebSocket.CLOSED) resolve();
    this.#socket?.once("close", resolve);
    this.#socket?.terminate();
    return promise;
  }

  #connect(): void {
    const { key, log } = this.#options;
    const socket = new WebSocket(this.#options.url, {
      handshakeTimeout: shellLimits.controlHandshakeMs,
      maxPayload: shellLimits.controlFrameBytesMax,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    const ownChallenge = makeChallenge();
    let expected: Buffer | undefined;
    const control = (this.#control = new ControlSocket(socket, {
      proof: (frame) => {
        if (expected === undefined && frame.length === challengeBytes) {
          expected = makeProof(key, "application", frame, ownChallenge);
          const proof = makeProof(key, "relay", frame, ownChallenge);
          control.prove(Buffer.concat([ownChallenge, proof]));
        } else if (
          expected !== undefined &&
          frame.length === proofBytes &&
          isProof(frame, expected)
        ) {
          control.authenticate();
          this.#isConnected = true;
          this.#retryMs = shellLimits.controlRetryMsMin;
          this.#attempts = 0;
          this.#hasWarned = false;
          log.info({}, "relay control connected");
          void this.#register(control).then(() => this.report());
          this.#listing = setInterval(
            () => void this.#register(control),
            shellLimits.controlListMs,
          );
          this.#reporting = setInterval(() => void this.report(), shellLimits.controlReportMs);
        } else {
          this.#warnOnce(refused);
          control.close(controlCloseCodes.unauthenticated);
        }
      },
      message: (text) => void this.#obey(control, text),
      close: (code) => {
        if (code === controlCloseCodes.unauthenticated) this.#warnOnce(refused);
        this.#lose();
      },
    }));
  }

  async #obey(control: ControlSocket, text: string): Promise<void> {
    const message = parseControlDown(text);
    if (message === "malformed") return control.close(controlCloseCodes.malformed);
    if (message === "unknown" || message.type === "heartbeat") return;
    if (message.type === "live-calls") this.#database = message.database;
    const isApplied =
      message.type === "drain"
        ? await this.#drain()
        : await this.#options.apply(this.#speaker, message);
    control.send({ type: "acknowledge", sequence: message.sequence, isApplied });
  }

  get #speaker(): Speaker {
    return { connection: this.#options.url, database: this.#database };
  }

  /** Says who this relay is, which asks for the list of its calls. What is known by then is noted. */
  async #register(control: ControlSocket): Promise<void> {
    await this.#options.apply(this.#speaker, { type: "asking" });
    control.send({ type: "register", relay: this.#options.registration });
  }

  /** Once until it is connected: it tries again every few seconds. */
  #warnOnce(message: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.log.warn({}, message);
  }

  async #drain(): Promise<boolean> {
    await this.#options.drain();
    return true;
  }

  #lose(): void {
    if (this.#isConnected && !this.#isDisposed) {
      this.#options.log.warn({}, "relay control lost: live calls go on, new ones are refused");
    }
    this.#isConnected = false;
    clearInterval(this.#reporting);
    clearInterval(this.#listing);
    if (this.#isDisposed) return;
    // An application that starts beside this relay takes a moment.
    if (++this.#attempts === shellLimits.controlAttemptsQuietMax) this.#warnOnce(notReached);
    this.#retry = setTimeout(() => this.#connect(), this.#retryMs * (0.5 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 2, shellLimits.controlRetryMsMax);
  }
}
