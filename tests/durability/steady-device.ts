import { setTimeout as wait } from "node:timers/promises";
import {
  api,
  type CallId,
  type CallOutcome,
  type CallPlace,
  type CallView,
  type DownFrame,
  type DownMessage,
  type EndReason,
  type UpMessage,
  protocolVersion,
} from "@ringfence/protocol";
import { WebSocket } from "ws";
import { request } from "../../apps/server/src/accounts/test-people.ts";
import { TestDevice } from "../../apps/server/src/signalling/test-device.ts";

const retryMs = 30;

/** As the latest that anybody was told of a call: none may go back behind it. */
const rankOf = { ringing: 0, connecting: 1, connected: 2, reconnecting: 2, ended: 3 } as const;

/** What one call is known to be, on this device. */
export interface KnownCall {
  view: CallView;
  /** The end of its ring, on the clock of `performance.now()`; as each word of the server had it. */
  ringEnds: number[];
}

/**
 * A device whose socket is opened again whenever it is lost. It keeps what it was told, and complains
 * when the server takes back what it had said.
 */
export class SteadyDevice {
  readonly name: string;
  readonly calls = new Map<CallId, KnownCall>();
  readonly ends = new Set<CallId>();
  readonly faults: string[] = [];
  own: CallPlace | null = null;
  /** How often it was welcomed, and when last (`performance.now()`). */
  welcomes = 0;
  welcomedAt = 0;
  /** Called with every message, after it was taken in. */
  onHeard: (message: DownMessage) => void = () => {};
  readonly #origin: string;
  readonly #cookie: string;
  readonly #rank = new Map<CallId, number>();
  readonly #round = new Map<CallId, number>();
  #sequence = 0;
  #socket: TestDevice | null = null;
  #isClosed = false;
  readonly #running: Promise<void>;

  constructor(name: string, origin: string, cookie: string) {
    this.name = name;
    this.#origin = origin;
    this.#cookie = cookie;
    this.#running = this.#keepOpen();
  }

  get isOpen(): boolean {
    return this.#socket?.socket.readyState === WebSocket.OPEN;
  }

  say(message: UpMessage): void {
    // What is said to a socket that is gone is lost, as in a browser.
    if (this.isOpen) this.#socket?.say(message);
  }

  /** What its thread with somebody says of a call; null where it says nothing. */
  async outcomeOf(callId: CallId, handle: string): Promise<CallOutcome | null> {
    const path = `/api/conversations/${handle}/entries`;
    const response = await request(this.#origin, this.#cookie, "GET", path);
    const { entries } = api.listEntries.response.parse(await response.json());
    const entry = entries.find(({ id }) => id === callId);
    return entry?.type === "call" ? entry.outcome : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#socket?.[Symbol.dispose]();
    await this.#running;
  }

  async #keepOpen(): Promise<void> {
    while (!this.#isClosed) {
      try {
        using device = await TestDevice.open(this.#origin, this.#cookie, (opening) => {
          this.#socket = opening;
          opening.onFrame = (frame) => this.#receive(frame);
        });
        await device.closed;
      } catch {
        // The server is not there: again in a moment.
      }
      if (!this.#isClosed) await wait(retryMs);
    }
  }

  /** A number that is missing is a delivery that was lost: all is told again to whoever says hello. */
  #receive({ sequence, isDelivery, message }: DownFrame): void {
    const expected = isDelivery ? this.#sequence + 1 : this.#sequence;
    if (sequence < this.#sequence) this.#complain("a number went back");
    this.#sequence = Math.max(this.#sequence, sequence);
    if (message.type !== "welcome" && this.welcomes > 0 && sequence !== expected) {
      this.say({ type: "hello", protocolVersion });
    }
    this.#take(message);
  }

  #take(message: DownMessage): void {
    if (message.type === "welcome") this.#welcomed(message.calls, message.own);
    else if (message.type === "call-ended") this.#ended(message.callId, message.reason);
    else if ("call" in message) this.#know(message.call);
    else if ("round" in message) this.#knowRound(message.callId, message.round);
    this.onHeard(message);
  }

  #welcomed(views: readonly CallView[], own: CallPlace | null): void {
    this.welcomes += 1;
    this.welcomedAt = performance.now();
    this.own = own;
    for (const callId of this.calls.keys()) {
      if (!views.some((view) => view.callId === callId)) this.calls.delete(callId);
    }
    for (const view of views) this.#know(view);
    if (own !== null) this.#knowRound(own.callId, own.round);
  }

  #ended(callId: CallId, reason: EndReason): void {
    this.calls.delete(callId);
    this.ends.add(callId);
    // For a device that was not chosen only the ring is over.
    if (reason !== "answered-elsewhere") this.#rank.set(callId, rankOf.ended);
  }

  #know(view: CallView): void {
    const { callId, state } = view;
    const rank = rankOf[state];
    if (rank < (this.#rank.get(callId) ?? 0)) this.#complain(`a call went back to ${state}`);
    this.#rank.set(callId, Math.max(rank, this.#rank.get(callId) ?? 0));
    const ringEnds = this.calls.get(callId)?.ringEnds ?? [];
    if (state === "ringing") ringEnds.push(performance.now() + view.ringRemainingMs);
    this.calls.set(callId, { view, ringEnds });
  }

  #knowRound(callId: CallId, round: number): void {
    const known = this.#round.get(callId) ?? 0;
    if (round < known) this.#complain(`round ${known} of a call was forgotten`);
    this.#round.set(callId, Math.max(round, known));
  }

  #complain(fault: string): void {
    this.faults.push(`${this.name}: ${fault}`);
  }
}
