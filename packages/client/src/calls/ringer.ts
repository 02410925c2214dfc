import type { Sound } from "../media/sound.ts";
import type { Page } from "../page.ts";
import type { TabLock } from "./tab-lock.ts";

interface RingerParts {
  sound: Sound;
  page: Page;
  /** Where the person's leave to ring is remembered. */
  storage: Pick<Storage, "getItem" | "setItem">;
  /** Held by the one tab of this profile that rings aloud. */
  lock: TabLock;
  onChange(): void;
}

const storageKey = "ringfence.sound";

/** Rings aloud, in one tab of the profile, once the person has allowed it. */
export class Ringer {
  readonly #parts: RingerParts;
  #isReady = false;
  #waiting: AbortController | null = null;
  #stopRing: (() => void) | null = null;
  #stopRingback: (() => void) | null = null;

  constructor(parts: RingerParts, signal: AbortSignal) {
    this.#parts = parts;
    const rearm = () => {
      if (!this.#isReady && this.#isRemembered()) void this.#start();
    };
    // A browser forgets with every page load that this page may make sound.
    parts.page.on("gesture", rearm, signal);
    rearm();
    signal.addEventListener("abort", () => {
      this.setRinging(false);
      this.setRingback(false);
    });
  }

  /** `silent` until the person allowed this page to ring. */
  get sound(): "silent" | "ready" {
    return this.#isReady ? "ready" : "silent";
  }

  /** Whether this tab is the one that is heard. */
  get isHeard(): boolean {
    return this.#stopRing !== null;
  }

  allow(): void {
    try {
      this.#parts.storage.setItem(storageKey, "allowed");
    } catch {
      // A browser that keeps nothing: the leave lasts as long as this page.
    }
    void this.#start();
  }

  /** During a gesture: the caller's own tone needs no leave. */
  prepare(): void {
    void this.#parts.sound.start();
  }

  setRinging(isWanted: boolean): void {
    if (!isWanted || !this.#isReady) {
      this.#waiting?.abort();
      this.#waiting = null;
      return;
    }
    if (this.#waiting !== null) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    void this.#ringInTurn(waiting.signal);
  }

  setRingback(isWanted: boolean): void {
    if (isWanted === (this.#stopRingback !== null)) return;
    this.#stopRingback?.();
    this.#stopRingback = isWanted ? this.#parts.sound.play("ringback") : null;
  }

  async #ringInTurn(signal: AbortSignal): Promise<void> {
    const release = await this.#parts.lock.hold(signal);
    if (release === null) return;
    const stop = this.#parts.sound.play("ring");
    this.#stopRing = stop;
    signal.addEventListener("abort", () => {
      stop();
      release();
      this.#stopRing = null;
      this.#parts.onChange();
    });
    this.#parts.onChange();
  }

  async #start(): Promise<void> {
    if (!(await this.#parts.sound.start())) return;
    this.#isReady = true;
    this.#parts.onChange();
  }

  #isRemembered(): boolean {
    try {
      return this.#parts.storage.getItem(storageKey) === "allowed";
    } catch {
      return false;
    }
  }
}
