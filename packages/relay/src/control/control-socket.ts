import type { RawData, WebSocket } from "ws";
import { shellLimits } from "../limits.ts";
import type { ControlDown, ControlUp } from "./control-message.ts";

/** Close codes of the control connection: 4000-4999 are for applications (RFC 6455 §7.4.2). */
export const controlCloseCodes = {
  malformed: 4400,
  unauthenticated: 4401,
  failed: 4500,
  restarting: 4503,
} as const;

/** What the owner of a control connection is told. */
export interface ControlEvents {
  /** A frame before `authenticate` was called: binary, or it is none of the handshake's. */
  proof(frame: Buffer): void;
  /** A text frame from a peer that has proved itself. */
  message(text: string): void;
  /** @param code of the peer, where it said one */
  close(code: number): void;
}

/** How long a control connection waits, in milliseconds. Tests wait less. */
export type ControlWaits = Readonly<
  Record<"controlHandshakeMs" | "controlHeartbeatMs" | "controlSilenceMs", number>
>;

/**
 * One end of a control connection, of either side. It gives up on a peer that does not prove itself
 * in time or that falls silent, and says by heartbeats that it is alive itself.
 */
export class ControlSocket {
  readonly #socket: WebSocket;
  readonly #waits: ControlWaits;
  #isAuthenticated = false;
  #timer: NodeJS.Timeout;
  #silenceMs: number;
  #heardAt = performance.now();
  #beatAt = performance.now();

  constructor(socket: WebSocket, events: ControlEvents, waits: ControlWaits = shellLimits) {
    this.#socket = socket;
    this.#waits = waits;
    this.#silenceMs = waits.controlSilenceMs;
    this.#timer = setTimeout(() => socket.terminate(), waits.controlHandshakeMs);
    socket.on("message", (raw: RawData, isBinary: boolean) => {
      this.#heardAt = performance.now();
      // Each phase has its own kind of frame, so that nothing said early is ever parsed.
      if (isBinary === this.#isAuthenticated) this.close(controlCloseCodes.malformed);
      else if (isBinary) events.proof(bytesOf(raw));
      else events.message(bytesOf(raw).toString("utf8"));
    });
    // A failed socket closes next, and that is what is acted upon.
    socket.on("error", () => undefined);
    socket.once("close", (code: number) => {
      clearTimeout(this.#timer);
      events.close(code);
    });
  }

  /** The peer holds the secret: from here on messages pass. */
  authenticate(): void {
    this.#isAuthenticated = true;
    clearTimeout(this.#timer);
    this.#beatAt = performance.now();
    this.#timer = setInterval(() => this.#beat(), this.#waits.controlHeartbeatMs);
  }

  /** From here on this is how long the peer may be silent, in milliseconds. */
  expectWithin(silenceMs: number): void {
    this.#silenceMs = silenceMs;
  }

  /** Sends a frame of the handshake. */
  prove(frame: Buffer): void {
    this.#socket.send(frame);
  }

  send(message: ControlDown | ControlUp): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Closes with a code, and waits for no reply. */
  close(code: number): void {
    this.#socket.close(code);
    this.#socket.terminate();
  }

  #beat(): void {
    const now = performance.now();
    // After a stop of this very process what the peer said in it waits to be read, after this.
    const wasStopped = now - this.#beatAt > 2 * this.#waits.controlHeartbeatMs;
    this.#beatAt = now;
    if (!wasStopped && now - this.#heardAt > this.#silenceMs) this.#socket.terminate();
    else this.send({ type: "heartbeat" });
  }
}

function bytesOf(raw: RawData): Buffer {
  if (Array.isArray(raw)) return Buffer.concat(raw);
  return Buffer.isBuffer(raw) ? raw : Buffer.from(raw);
}
