import type { Counters } from "../../turn/counters.ts";
import type { FiveTuple } from "../../turn/five-tuple.ts";
import type { Sinks } from "../sink.ts";
import type { Doorbell } from "./doorbell.ts";
import type { FrameRing } from "./frame-ring.ts";
import { datagramBytesMax } from "./slots.ts";

export interface StreamSwitchOptions {
  readonly sinks: Sinks;
  readonly counters: Counters;
  readonly doorbell: Doorbell;
  /** Frames on their way to the thread that moves packets, and on their way back. */
  readonly incoming: FrameRing;
  readonly outgoing: FrameRing;
  /** A stream has got a number, under which its frames go. */
  readonly open: (stream: number, tuple: FiveTuple) => void;
}

/** The main thread's end of both rings of frames: it knows streams by number. */
export class StreamSwitch implements Disposable {
  readonly #options: StreamSwitchOptions;
  readonly #numbers = new Map<string, number>();
  readonly #tuples = new Map<number, FiveTuple>();
  readonly #frame = new Uint8Array(datagramBytesMax);
  #opened = 0;
  #isDisposed = false;

  constructor(options: StreamSwitchOptions) {
    this.#options = options;
    void this.#deliver();
  }

  /** Passes a frame on, or drops it where they come faster than they are moved. */
  put(tuple: FiveTuple, frame: Uint8Array): void {
    const { incoming, counters } = this.#options;
    const stream = this.#numbers.get(tuple.endpoint) ?? this.#open(tuple);
    if (!incoming.put(stream, frame, 0, frame.length)) counters.drops["stream-full"]++;
  }

  /** The stream has ended. Its number, if it ever got one. */
  close(tuple: FiveTuple): number | undefined {
    const stream = this.#numbers.get(tuple.endpoint);
    if (stream === undefined) return undefined;
    this.#numbers.delete(tuple.endpoint);
    this.#tuples.delete(stream);
    return stream;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#options.doorbell.announceFrames();
  }

  #open(tuple: FiveTuple): number {
    const stream = this.#opened++;
    this.#numbers.set(tuple.endpoint, stream);
    this.#tuples.set(stream, tuple);
    this.#options.open(stream, tuple);
    return stream;
  }

  async #deliver(): Promise<void> {
    const { doorbell, outgoing } = this.#options;
    while (!this.#isDisposed) {
      const announced = doorbell.announcements();
      outgoing.look();
      for (;;) {
        const length = outgoing.take(this.#frame, 0, this.#frame.length);
        if (length === undefined) break;
        this.#send(outgoing.stream, length);
      }
      await doorbell.untilAnnounced(announced);
    }
  }

  #send(stream: number, length: number): void {
    const to = this.#tuples.get(stream);
    if (to === undefined) return;
    // A copy, because a socket keeps what it cannot write at once.
    this.#options.sinks.get(to.endpoint)?.send(this.#frame.slice(0, length), to);
  }
}
