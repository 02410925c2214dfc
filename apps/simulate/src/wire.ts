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
      const frame = read<{ message?: WireMessage }>(bytes.toString());
      if (frame?.message !== undefined) events.onHeard(frame.message, atMs);
    });
    this.on("close", (code) => {
      if (!this.#isClosing) events.onLost(code);
    });
    // What goes wrong is followed by a close.
    this.on("error", () => {});
  }

  override send(text: string): void {
    const message = read<WireMessage>(text);
    if (message !== null) this.#events.onSent(message, performance.now());
    super.send(text);
  }

  override close(code?: number): void {
    this.#isClosing = true;
    super.close(code);
  }
}

/** Both ends are ours and parse what they hear by its schema: here it is only looked at. */
function read<Message>(text: string): Message | null {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return null;
  }
}
