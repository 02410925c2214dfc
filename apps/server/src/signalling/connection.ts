import {
  type DownFrame,
  type DownMessage,
  type RelayCredential,
  type UpMessage,
  closeCodes,
  limits,
  parseUpMessage,
  protocolVersion,
} from "@ringfence/protocol";
import type { Login } from "../accounts/logins.ts";
import type { BusMessage } from "../bus/bus.ts";
import { RefusedError } from "../errors.ts";
import { type CredentialWanted, fillIn } from "../bus/carried-message.ts";
import { connectionLimits } from "./connection-limits.ts";
import { EarlyDeliveries } from "./early-deliveries.ts";

/** The device at the other end of a connection. */
export interface ConnectedDevice extends Login {
  /** The host name, without a port, under which this device reached the server. */
  readonly askedHost: string;
}

/** What a connection writes to and is closed by: a WebSocket, without its library. */
export interface Wire {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Bytes that the peer has not taken yet. */
  queuedBytes(): number;
}

/** What a connection needs of the rest of the server. */
export interface ConnectionParts {
  /**
   * Everything that a device must know at `hello`, and the number it is true at.
   *
   * @throws RefusedError `too-many-requests`
   */
  welcome(login: ConnectedDevice): Promise<{ sequence: number; message: DownMessage } | null>;
  /** The number of the account's latest delivery; null for a device that was signed out. */
  latestSequence(device: ConnectedDevice): Promise<number | null>;
  /** What a device's browser is given to reach the relay. */
  credentialFor(device: ConnectedDevice, wanted: CredentialWanted): RelayCredential;
  /** Does what a message asks and says what this connection alone is answered, if anything. */
  handle(login: ConnectedDevice, message: CallMessage): Promise<DownMessage | null>;
  now(): number;
  /** A message could not be obeyed for a cause that is nobody's but ours. */
  logError(error: unknown): void;
}

/** Every message but those that are about the connection itself. */
export type CallMessage = Exclude<UpMessage, { type: "hello" | "heartbeat" }>;

/**
 * One device's WebSocket from its opening to its end.
 *
 *   awaiting-hello ── hello ──▶ greeting ── welcome sent ──▶ live ──▶ closed
 *
 * Deliveries that arrive before the welcome wait behind it; those that it already covers are
 * dropped. Messages are handled one after another, in the order they came.
 */
export class Connection {
  readonly login: ConnectedDevice;
  readonly #wire: Wire;
  readonly #parts: ConnectionParts;
  #state: "awaiting-hello" | "greeting" | "live" | "closed" = "awaiting-hello";
  #sequence = 0;
  #heldBack: BusMessage[] = [];
  readonly #early = new EarlyDeliveries((waited) => {
    for (const message of waited) this.#write(message);
  });
  #handling: Promise<void> = Promise.resolve();
  #waitingMessages = 0;
  #tokens: number = connectionLimits.messagesBurstMax;
  #tokensAt: number;
  #heardAt: number;

  constructor(login: ConnectedDevice, wire: Wire, parts: ConnectionParts) {
    this.login = login;
    this.#wire = wire;
    this.#parts = parts;
    this.#heardAt = this.#tokensAt = parts.now();
  }

  /** A frame of text came. */
  receive(text: string): void {
    if (this.#state === "closed") return;
    // The wait for a hello counts from the opening, whatever else is said meanwhile.
    if (this.#state !== "awaiting-hello") this.#heardAt = this.#parts.now();
    if (!this.#takeToken() || this.#waitingMessages >= connectionLimits.messagesWaitingMax) {
      this.close(closeCodes.tooManyRequests, "Too many messages at once.");
      return;
    }
    const parsed = parseUpMessage(text);
    if (parsed.outcome === "unknown" && this.#state !== "awaiting-hello") return;
    if (parsed.outcome === "unknown") {
      this.close(closeCodes.malformed, "A connection begins with hello.");
      return;
    }
    if (parsed.outcome === "malformed") {
      this.close(closeCodes.malformed, parsed.problem);
      return;
    }
    this.#waitingMessages++;
    this.#handling = this.#handling.then(async () => {
      if (this.#state !== "closed") await this.#obey(parsed.message).catch(this.#giveUp);
      this.#waitingMessages--;
    });
  }

  /** A delivery to the account. False when this connection could not take it. */
  deliver(message: BusMessage): boolean {
    if (this.#state === "closed") return false;
    if (this.#state !== "live") {
      if (this.#heldBack.push(message) <= connectionLimits.heldBackMax) return true;
      this.close(closeCodes.restarting, "Too much happened before the welcome.");
      return false;
    }
    if (message.frame.sequence > this.#sequence + 1) {
      this.#early.hold(message);
      return true;
    }
    let next: BusMessage | undefined = message;
    while (next !== undefined) {
      this.#write(next);
      next = this.#early.take(this.#sequence + 1);
    }
    return true;
  }

  /** Says a heartbeat: a client that has missed something sees it by the number, and fetches. */
  async tellNumber(): Promise<void> {
    if (this.#state !== "live") return;
    this.#handling = this.#handling.then(async () => {
      if (this.#state === "live") await this.#obey({ type: "heartbeat" }).catch(this.#giveUp);
    });
    await this.#handling;
  }

  /** Ends a connection that said no hello in time, or fell silent. */
  checkSilence(): void {
    const silentMs = this.#parts.now() - this.#heardAt;
    const allowedMs =
      this.#state === "awaiting-hello" ? limits.helloTimeoutMs : limits.heartbeatTimeoutMs;
    if (silentMs > allowedMs) this.close(closeCodes.timeout, "Nothing was heard for too long.");
  }

  close(code: number, reason: string): void {
    if (this.#state === "closed") return;
    this.closed();
    // RFC 6455 §5.5: a close frame's reason has at most 123 bytes.
    this.#wire.close(code, reason.slice(0, 60));
  }

  /** The account is suspended: there is nothing to be told of it until that is taken back. */
  closeSuspended(): void {
    this.close(closeCodes.suspended, "This account is suspended.");
  }

  /** The socket is gone. */
  closed(): void {
    this.#state = "closed";
    this.#heldBack = [];
    this.#early.takeAll();
  }

  async #obey(message: UpMessage): Promise<void> {
    if (message.type === "hello") {
      await this.#greet(message.protocolVersion);
      return;
    }
    if (this.#state === "awaiting-hello") {
      this.close(closeCodes.malformed, "A connection begins with hello.");
      return;
    }
    if (message.type === "heartbeat") {
      const sequence = await this.#parts.latestSequence(this.login);
      if (sequence === null) this.#closeSignedOut();
      else this.#answer({ type: "heartbeat" }, sequence);
      return;
    }
    const answer = await this.#parts.handle(this.login, message);
    if (answer !== null) this.#answer(answer, this.#sequence);
  }

  async #greet(version: number): Promise<void> {
    if (version !== protocolVersion) {
      this.close(closeCodes.unsupportedVersion, "This page is of another version: reload it.");
      return;
    }
    this.#state = "greeting";
    this.#heldBack.push(...this.#early.takeAll());
    const welcome = await this.#parts.welcome(this.login);
    if (this.#isClosed()) return;
    if (welcome === null) {
      this.#closeSignedOut();
      return;
    }
    this.#sequence = welcome.sequence;
    this.#answer(welcome.message, welcome.sequence);
    this.#state = "live";
    const heldBack = this.#heldBack;
    this.#heldBack = [];
    for (const message of heldBack) this.deliver(message);
  }

  /** The client comes back, and is told again all that it must know. */
  readonly #giveUp = (error: unknown): void => {
    if (error instanceof RefusedError && error.code === "too-many-requests") {
      this.close(closeCodes.tooManyRequests, error.message);
      return;
    }
    this.#parts.logError(error);
    this.close(closeCodes.restarting, "The server could not answer.");
  };

  #closeSignedOut(): void {
    this.close(closeCodes.notSignedIn, "This device is not signed in.");
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }

  #write({ frame, forDevice }: BusMessage): void {
    if (frame.sequence <= this.#sequence) return;
    this.#sequence = frame.sequence;
    const own = forDevice?.device === this.login.device ? forDevice.frame : frame;
    this.#send(fillIn(own, (wanted) => this.#parts.credentialFor(this.login, wanted)));
  }

  #answer(message: DownMessage, sequence: number): void {
    this.#send({ sequence, isDelivery: false, message });
  }

  #send(frame: DownFrame): void {
    if (this.#state === "closed") return;
    if (this.#wire.queuedBytes() > connectionLimits.queuedBytesMax) {
      this.close(closeCodes.timeout, "This client does not read.");
      return;
    }
    this.#wire.send(JSON.stringify(frame));
  }

  #takeToken(): boolean {
    const now = this.#parts.now();
    const earned = ((now - this.#tokensAt) / 1000) * connectionLimits.messagesPerSecondMax;
    this.#tokens = Math.min(connectionLimits.messagesBurstMax, this.#tokens + Math.max(0, earned));
    this.#tokensAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
