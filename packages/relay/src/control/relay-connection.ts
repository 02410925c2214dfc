import type { WebSocket } from "ws";
import { shellLimits } from "../limits.ts";
import {
  challengeBytes,
  isProof,
  makeChallenge,
  makeProof,
  proofBytes,
} from "./control-handshake.ts";
import { type ControlDown, parseControlUp } from "./control-message.ts";
import { controlCloseCodes, ControlSocket } from "./control-socket.ts";
import type { RelayFigures } from "./figures.ts";
import type { LiveCall } from "./live-call.ts";
import { type Registration, unregistered } from "./registration.ts";

/** What an application tells a relay, before it has a number. */
export type Statement =
  | { readonly type: "live"; readonly callId: string; readonly ofNode?: boolean }
  | {
      readonly type: "join";
      readonly callId: string;
      readonly join: { readonly callerDevice: string; readonly calleeDevice: string };
    }
  | { readonly type: "direct"; readonly callId: string }
  | { readonly type: "end"; readonly callId: string }
  | { readonly type: "drain" };

/** The calls that live at a relay, by its id: as a database has them that is read after it was asked. */
export type LiveCalls = (relayId: string) => readonly LiveCall[] | Promise<readonly LiveCall[]>;

export interface RelayConnectionOptions {
  /** What `controlKey` made. */
  readonly key: Buffer;
  /** The calls of a relay, by its id. */
  readonly liveCalls: LiveCalls;
  /** Of the database that this application shares with other nodes, where it does. */
  readonly database: string | undefined;
  /** The relay has proved itself and taken the list of live calls. */
  readonly onReady: () => void;
  readonly onFigures: (figures: RelayFigures) => void;
  /** The connection ended, in whatever state. `error` is why the list could not be made. */
  readonly onClose: (error: unknown) => void;
}

/**
 * The application's end of the connection of one relay.
 *
 * ```
 * proving ── proof ──▶ meeting ── register ──▶ told ── first list acknowledged ──▶ ready
 * ```
 *
 * A relay that is ready may register again, for another list. What happens while a list is being made
 * is said after it: the list may be older. A relay of before the registration says something else
 * first, or nothing.
 */
export class RelayConnection {
  readonly #options: RelayConnectionOptions;
  readonly #control: ControlSocket;
  readonly #challenge = makeChallenge();
  #phase: "proving" | "meeting" | "told" | "ready" | "closed" = "proving";
  #registration: Registration | undefined;
  #meeting: NodeJS.Timeout | undefined;
  #lists = 0;
  #sequence = 0;
  #figures: RelayFigures | undefined;
  #error: unknown;
  readonly #heldBack: ControlDown[] = [];
  readonly #waiting = new Map<number, (isApplied: boolean) => void>();

  constructor(socket: WebSocket, options: RelayConnectionOptions) {
    this.#options = options;
    this.#control = new ControlSocket(socket, {
      proof: (frame) => this.#judge(frame),
      message: (text) => this.#hear(text),
      close: () => this.#end(),
    });
    this.#control.prove(this.#challenge);
  }

  isAuthenticated(): boolean {
    return this.#phase !== "proving" && this.#phase !== "closed";
  }

  isReady(): boolean {
    return this.#phase === "ready";
  }

  /** Who it is; undefined before it said so, or where it never does. */
  registration(): Registration | undefined {
    return this.#registration;
  }

  /** `unregistered` where it has not said. */
  get id(): string {
    return this.#registration?.id ?? unregistered;
  }

  /** What the relay reported last. */
  figures(): RelayFigures | undefined {
    return this.#figures;
  }

  /** Says something; true when the relay acts by it within a second. */
  tell(statement: Statement): Promise<boolean> {
    const sequence = this.#sequence++;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const patience = setTimeout(() => settle(false), shellLimits.controlAcknowledgeMs);
    const settle = (isApplied: boolean): void => {
      clearTimeout(patience);
      this.#waiting.delete(sequence);
      resolve(isApplied);
    };
    this.#waiting.set(sequence, settle);
    this.#say({ ...statement, sequence });
    return promise;
  }

  close(): void {
    this.#control.close(controlCloseCodes.restarting);
  }

  #say(message: ControlDown): void {
    if (this.#phase === "meeting" || this.#lists > 0) this.#heldBack.push(message);
    else this.#control.send(message);
  }

  #judge(frame: Buffer): void {
    const { key } = this.#options;
    const relayChallenge = frame.subarray(0, challengeBytes);
    const expected = makeProof(key, "relay", this.#challenge, relayChallenge);
    const isLong = frame.length === challengeBytes + proofBytes;
    if (!isLong || !isProof(frame.subarray(challengeBytes), expected)) {
      return this.#control.close(controlCloseCodes.unauthenticated);
    }
    this.#control.prove(makeProof(key, "application", this.#challenge, relayChallenge));
    this.#control.authenticate();
    this.#phase = "meeting";
    this.#meeting = setTimeout(() => this.#meet(undefined), shellLimits.controlRegisterMs);
  }

  /** The relay has said who it is, or something else first, or nothing. */
  #meet(registration: Registration | undefined): void {
    clearTimeout(this.#meeting);
    // It is who it said first that it is.
    if (this.#registration !== undefined && this.#registration.id !== registration?.id) return;
    // One that was slow to say so has got another's list.
    if (this.#registration === undefined) this.#phase = "told";
    if (registration !== undefined) {
      this.#registration = registration;
      this.#control.expectWithin(shellLimits.controlRelaySilenceMs);
    }
    void this.#list();
  }

  /** Never rejects: a list that cannot be made ends the connection, and the relay tries again. */
  async #list(): Promise<void> {
    const { id } = this;
    this.#lists++;
    try {
      const calls = [...(await this.#options.liveCalls(id))];
      if (this.#phase === "closed") return;
      // It may have said meanwhile who it is: then its own list is on its way.
      if (id === this.id) this.#sendList(calls);
      this.#lists--;
      if (this.#lists > 0) return;
      for (const message of this.#heldBack.splice(0)) this.#control.send(message);
    } catch (error) {
      this.#error = error;
      this.#control.close(controlCloseCodes.failed);
    }
  }

  #sendList(calls: LiveCall[]): void {
    const { database } = this.#options;
    const sequence = this.#sequence++;
    this.#waiting.set(sequence, () => this.#becomeReady(sequence));
    // The list of those that have not said who they are does not speak for other nodes: they know who it is.
    const isNamed = database !== undefined && this.#registration !== undefined;
    const named = isNamed ? { database } : {};
    this.#control.send({ type: "live-calls", sequence, calls, ...named });
  }

  #becomeReady(sequence: number): void {
    this.#waiting.delete(sequence);
    if (this.#phase !== "told") return;
    this.#phase = "ready";
    this.#options.onReady();
  }

  #hear(text: string): void {
    const message = parseControlUp(text);
    if (message === "malformed") return this.#control.close(controlCloseCodes.malformed);
    if (message !== "unknown" && message.type === "register") return this.#meet(message.relay);
    if (this.#phase === "meeting") this.#meet(undefined);
    if (message === "unknown" || message.type === "heartbeat") return;
    if (message.type === "figures") {
      this.#figures = message.figures;
      return this.#options.onFigures(message.figures);
    }
    this.#waiting.get(message.sequence)?.(message.isApplied);
  }

  #end(): void {
    this.#phase = "closed";
    clearTimeout(this.#meeting);
    for (const settle of this.#waiting.values()) settle(false);
    this.#options.onClose(this.#error);
  }
}
