import type { CallRoute, PeerMessage } from "@ringfence/protocol";
import { clientLimits } from "../limits.ts";
import type { Peer } from "../media/peer.ts";
import { type Measurement, nothingMeasured } from "../media/quality.ts";

interface MediaWatchEvents {
  /** Media arrives, or stopped arriving. */
  onMedia(isUp: boolean): void;
  /** What the media goes by became known, or changed. */
  onPath(path: CallRoute): void;
}

/**
 * Says when the other side's media really arrives: when packets of its sound were counted after the
 * path came up, or, where that side only listens, when it said so over the path itself.
 */
export class MediaWatch {
  readonly #peer: Pick<Peer, "measure">;
  readonly #events: MediaWatchEvents;
  #isPathUp = false;
  #isMediaUp = false;
  #isListenerOnly = false;
  #before: Measurement = nothingMeasured;
  #path: CallRoute | null = null;
  /** Of packets that came before the path was lost nothing follows for the path that is back. */
  #beginsAnew = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(peer: Pick<Peer, "measure">, events: MediaWatchEvents) {
    this.#peer = peer;
    this.#events = events;
  }

  get isMediaUp(): boolean {
    return this.#isMediaUp;
  }

  setPath(isUp: boolean): void {
    if (this.#isPathUp === isUp) return;
    this.#isPathUp = isUp;
    if (!isUp) {
      this.#beginsAnew = true;
      this.#setMedia(false);
      return;
    }
    this.#schedule(0);
  }

  hearPeer({ microphone }: PeerMessage): void {
    this.#isListenerOnly = microphone === "none";
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const now = await this.#measure();
    if (now === null || this.#isClosed || !this.#isPathUp) return;
    const before = this.#beginsAnew ? now : this.#before;
    this.#before = now;
    if (now.path !== null && now.path !== this.#path) {
      this.#path = now.path;
      this.#events.onPath(now.path);
    }
    this.#beginsAnew = false;
    const hasArrived = now.audioPacketsReceived > before.audioPacketsReceived;
    if (this.#isListenerOnly || hasArrived) this.#setMedia(true);
  }

  /** null where the browser fails to count: the next look may find it able to. */
  async #measure(): Promise<Measurement | null> {
    try {
      return await this.#peer.measure();
    } catch {
      return null;
    }
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      await this.#look();
      if (this.#isClosed || !this.#isPathUp) return;
      const { mediaPollMs, qualityPollMs } = clientLimits;
      this.#schedule(this.#isMediaUp ? qualityPollMs : mediaPollMs);
    }, afterMs);
  }

  #setMedia(isUp: boolean): void {
    if (this.#isMediaUp === isUp) return;
    this.#isMediaUp = isUp;
    this.#events.onMedia(isUp);
  }
}
