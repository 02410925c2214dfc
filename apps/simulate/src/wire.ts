import { WebSocket } from "ws";

/** A message on a person's live connection, as far as a simulation looks at it. */
export interface WireMessage {
  readonly type: string;
  readonly to?: string;
  readonly with?: string;
  readonly callId?: string;
  readonly call?: {
    readonly callId: string;
    readonly state: string;
    readonly with: { readonly handle: string };
  };
  readonly entry?: { readonly type: string; readonly text?: string; readonly fromMe: boolean };
}

export interface WireEvents {
  /** @param atMs on the clock of `performance.now()`, here and below */
  onSent(message: WireMessage, atMs: number): void;
  onHeard(message: WireMessage, atMs: number): void;
  /** It ended otherwise than by this side. */
  onLost(code: number): void;
}

/** A live connection that is listened to on its way, before the client hears of it. */
export class TappedSocket extends WebSocket {
  readonly #events: WireEvents;
  #isClosing = false;

  constructor(url: string, headers: Record<string, string>, events: WireEvents) {
    super(url, { headers, perMessageDeflate: false });
    this.#events = events;
    this.on("message", (bytes) => {
      const atMs = performance.now();
      // The server says everything in text, which comes as one buffer.
      const frame = Buffer.isBuffer(bytes) ? read(bytes.toString("utf8")) : null;
      if (isFrame(frame)) events.onHeard(frame.message, atMs);
    });
    this.on("close", (code) => {
      if (!this.#isClosing) events.onLost(code);
    });
    // What goes wrong is followed by a close.
    this.on("error", () => {});
  }

  override send(text: string): void {
    this.#events.onSent(read(text) as WireMessage, performance.now());
    super.send(text);
  }

  override close(code?: number): void {
    this.#isClosing = true;
    super.close(code);
  }
}

/** Both ends parse what they hear by its schema: here it is only looked at. */
function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isFrame(value: unknown): value is { message: WireMessage } {
  if (typeof value !== "object" || value === null || !("message" in value)) return false;
  return typeof value.message === "object" && value.message !== null && "type" in value.message;
}
