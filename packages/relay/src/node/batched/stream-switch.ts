import { setImmediate } from "node:timers/promises";
import { shellLimits } from "../../limits.ts";
import { messageType } from "../../stun/message.ts";
import { isChannelData } from "../../turn/channel-data.ts";
import type { Counters } from "../../turn/counters.ts";
import type { FiveTuple } from "../../turn/five-tuple.ts";
import { turnMethod } from "../../turn/method.ts";
import type { Received, Sinks } from "../sink.ts";
import type { Doorbell } from "./doorbell.ts";
import { type FrameRing, frameBytesMax } from "./frame-ring.ts";
import { RingShare } from "./ring-share.ts";

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

/** What tells a stream that it has an allocation. */
const allocated = messageType(turnMethod.allocate, "success");

interface Stream {
  /** Under which its frames go. */
  readonly number: number;
  readonly tuple: FiveTuple;
  /** Its part of the ring, from its first allocation on. */
  share: RingShare | undefined;
}

/** The main thread's end of both rings of frames: it knows streams by number. */
export class StreamSwitch implements Disposable {
  readonly #options: StreamSwitchOptions;
  readonly #byEndpoint = new Map<string, Stream>();
  readonly #byNumber = new Map<number, Stream>();
  readonly #strangers: RingShare;
  readonly #frame = new Uint8Array(frameBytesMax);
  #opened = 0;
  #isDisposed = false;

  constructor(options: StreamSwitchOptions) {
    this.#options = options;
    this.#strangers = new RingShare(options.incoming, shellLimits.strangerShareBytes);
    void this.#deliver();
  }

  /** Passes a frame on, unless its stream has as many on their way as it may. */
  put(tuple: FiveTuple, frame: Uint8Array): Received {
    const stream = this.#byEndpoint.get(tuple.endpoint) ?? this.#open(tuple);
    if (stream.share === undefined && isChannelData(frame)) {
      // It is no packet of any call, and must not take the room of one.
      this.#options.counters.drops["no-allocation"]++;
      return "taken";
    }
    return (stream.share ?? this.#strangers).put(stream.number, frame) ? "taken" : "later";
  }

  /** The stream has ended. Its number, if it ever got one. */
  close(tuple: FiveTuple): number | undefined {
    const stream = this.#byEndpoint.get(tuple.endpoint);
    if (stream === undefined) return undefined;
    this.#byEndpoint.delete(tuple.endpoint);
    this.#byNumber.delete(stream.number);
    return stream.number;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#options.doorbell.announceFrames();
  }

  #open(tuple: FiveTuple): Stream {
    const stream = { number: this.#opened++, tuple, share: undefined };
    this.#byEndpoint.set(tuple.endpoint, stream);
    this.#byNumber.set(stream.number, stream);
    this.#options.open(stream.number, tuple);
    return stream;
  }

  async #deliver(): Promise<void> {
    const { doorbell, outgoing } = this.#options;
    while (!this.#isDisposed) {
      const announced = doorbell.announcements();
      outgoing.look();
      let until = performance.now() + shellLimits.deliverMsMax;
      for (;;) {
        const length = outgoing.take(this.#frame, 0);
        if (length === undefined) break;
        this.#send(outgoing.stream, length);
        // Frames may be announced for as long as somebody sends some: others have their turn too.
        if (performance.now() < until) continue;
        await setImmediate();
        until = performance.now() + shellLimits.deliverMsMax;
      }
      await doorbell.untilAnnounced(announced);
    }
  }

  #send(stream: number, length: number): void {
    const to = this.#byNumber.get(stream);
    if (to === undefined) return;
    if (this.#frame[0] === allocated >> 8 && this.#frame[1] === (allocated & 0xff)) {
      to.share ??= new RingShare(this.#options.incoming, shellLimits.streamShareBytes);
    }
    // A copy, because a socket keeps what it cannot write at once.
    this.#options.sinks.get(to.tuple.endpoint)?.send(this.#frame.slice(0, length), to.tuple);
  }
}
