import { type CallRoute, limits, type PeerDevices } from "@ringfence/protocol";
import { clientLimits } from "../limits.ts";
import type { Peer } from "../media/peer.ts";
import { type Measurement, nothingMeasured } from "../media/quality.ts";

interface MediaWatchEvents {
  /** Media arrives, or stopped arriving. */
  onMedia(isUp: boolean): void;
  /** Nothing at all comes from the other side any more, or something does again. */
  onSilence(isSilent: boolean): void;
  /** What the media goes by became known, or changed. */
  onPath(path: CallRoute): void;
}

type WatchedPeer = Pick<Peer, "measure" | "countArrivals">;

/**
 * Says when the other side's media really arrives: when packets of its sound were counted after the
 * path came up, or, where that side only listens, when it said so over the path itself; and when
 * nothing comes any more, long before the browser does.
 */
export class MediaWatch {
  #peer: WatchedPeer;
  readonly #events: MediaWatchEvents;
  #isPathUp = false;
  #isMediaUp = false;
  #isListenerOnly = false;
  #sendsSound = false;
  #before: Measurement = nothingMeasured;
  #measuredAtMs = 0;
  #path: CallRoute | null = null;
  /** Of packets that came before the path was lost nothing follows for the path that is back. */
  #beginsAnew = false;
  /** null where nothing has come on this connection yet. */
  #arrivals: number | null = null;
  #isSilent = false;
  #silentMs = 0;
  #lookedAtMs = Date.now();
  #heardAtMs = Date.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(peer: WatchedPeer, events: MediaWatchEvents) {
    this.#peer = peer;
    this.#events = events;
    this.#schedule(clientLimits.silencePollMs);
  }

  get isMediaUp(): boolean {
    return this.#isMediaUp;
  }

  /** How long nothing has come, by the clock on the wall: a machine may have slept meanwhile. */
  get silentForMs(): number {
    return Date.now() - this.#heardAtMs;
  }

  /** Another connection took the place of the one before. */
  follow(peer: WatchedPeer): void {
    this.#peer = peer;
    this.#arrivals = null;
    this.#before = nothingMeasured;
    this.#isPathUp = false;
    this.#fallSilent();
  }

  setPath(isUp: boolean): void {
    if (this.#isPathUp === isUp) return;
    this.#isPathUp = isUp;
    if (isUp) this.#schedule(0);
    else this.#fallSilent();
  }

  hearPeer({ microphone }: PeerDevices): void {
    this.#isListenerOnly = microphone === "none";
    this.#sendsSound = microphone === "on" || microphone === "muted";
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const peer = this.#peer;
    const arrivals = await orNull(peer.countArrivals());
    if (this.#isClosed || peer !== this.#peer) return;
    if (arrivals !== null) this.#listen(arrivals);
    if (!this.#isPathUp || this.#isSilent) return;
    const isDue = Date.now() - this.#measuredAtMs >= clientLimits.pathPollMs;
    if (this.#isMediaUp && !isDue) return;
    const now = await orNull(peer.measure());
    if (now === null || this.#isClosed || peer !== this.#peer || !this.#isPathUp) return;
    this.#compare(now);
  }

  #listen(arrivals: number): void {
    const nowMs = Date.now();
    // Of the time in which this page could not run nothing is known.
    const passedMs = Math.min(nowMs - this.#lookedAtMs, clientLimits.silencePauseMaxMs);
    this.#lookedAtMs = nowMs;
    const before = this.#arrivals ?? 0;
    if (arrivals !== before) {
      this.#arrivals = arrivals;
      this.#heardAtMs = nowMs;
      this.#silentMs = 0;
      if (!this.#isSilent) return;
      this.#isSilent = false;
      this.#events.onSilence(false);
      return;
    }
    this.#silentMs += passedMs;
    const { silenceMs, silenceWithoutSoundMs } = clientLimits;
    const patienceMs = this.#sendsSound ? silenceMs : silenceWithoutSoundMs;
    // What has not begun is waited for, but by a machine that has slept.
    const isOver = this.#arrivals !== null && this.#silentMs >= patienceMs;
    if (isOver || this.silentForMs >= limits.lostTimeoutMs) this.#fallSilent();
  }

  #compare(now: Measurement): void {
    const before = this.#beginsAnew ? now : this.#before;
    this.#before = now;
    this.#measuredAtMs = Date.now();
    if (now.path !== null && now.path !== this.#path) {
      this.#path = now.path;
      this.#events.onPath(now.path);
    }
    this.#beginsAnew = false;
    const hasArrived = now.audioPacketsReceived > before.audioPacketsReceived;
    if (this.#isListenerOnly || hasArrived) this.#setMedia(true);
  }

  #fallSilent(): void {
    this.#beginsAnew = true;
    this.#setMedia(false);
    if (this.#isSilent) return;
    this.#isSilent = true;
    this.#events.onSilence(true);
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      await this.#look();
      if (!this.#isClosed) this.#schedule(clientLimits.silencePollMs);
    }, afterMs);
  }

  #setMedia(isUp: boolean): void {
    if (this.#isMediaUp === isUp) return;
    this.#isMediaUp = isUp;
    this.#events.onMedia(isUp);
  }
}

/** null where the browser fails to count: the next look may find it able to. */
async function orNull<Value>(counted: Promise<Value>): Promise<Value | null> {
  try {
    return await counted;
  } catch {
    return null;
  }
}
