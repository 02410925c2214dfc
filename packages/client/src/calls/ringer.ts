import type { CallId } from "@ringfence/protocol";
import type { Sound } from "../media/sound.ts";
import type { Page } from "../page.ts";
import type { TabLock } from "./tab-lock.ts";
import { Turn } from "./turn.ts";

interface RingerParts {
  sound: Sound;
  page: Page;
  /** Where the person's leave to ring is remembered. */
  storage: Pick<Storage, "getItem" | "setItem">;
  /** Held by the one tab of this profile that rings aloud. */
  lock: TabLock;
  onChange(): void;
}

/** How rings are heard: again and again, or by one soft tone each, over a conversation. */
export type RingManner = "aloud" | "softly";

const storageKey = "ringfence.sound";

/** Rings, in one tab of the profile, once the person has allowed it. */
export class Ringer {
  readonly #parts: RingerParts;
  readonly #turn: Turn;
  #isReady = false;
  #manner: RingManner = "aloud";
  #rings: readonly CallId[] = [];
  /** Of those, the ones that this tab has made a sound for. */
  #heard = new Set<CallId>();
  #stopRing: (() => void) | null = null;
  #stopRingback: (() => void) | null = null;

  constructor(parts: RingerParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#turn = new Turn(parts.lock, () => {
      this.#sound();
      parts.onChange();
    });
    const rearm = () => {
      if (!this.#isReady && this.#isRemembered()) void this.#start();
    };
    // A browser forgets with every page load that this page may make sound.
    parts.page.on("gesture", rearm, signal);
    rearm();
    signal.addEventListener("abort", () => {
      this.setRings([], "aloud");
      this.setRingback(false);
    });
  }

  /** `silent` until the person allowed this page to ring. */
  get sound(): "silent" | "ready" {
    return this.#isReady ? "ready" : "silent";
  }

  /** Whether this tab rings aloud now. */
  get isLoud(): boolean {
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

  /** @param rings those that are to be heard, and no others */
  setRings(rings: readonly CallId[], manner: RingManner): void {
    this.#rings = rings;
    this.#manner = manner;
    this.#heard = new Set(rings.filter((callId) => this.#heard.has(callId)));
    this.#turn.want(this.#isReady && rings.length > 0);
    this.#sound();
  }

  setRingback(isWanted: boolean): void {
    if (isWanted === (this.#stopRingback !== null)) return;
    this.#stopRingback?.();
    this.#stopRingback = isWanted ? this.#parts.sound.play("ringback") : null;
  }

  #sound(): void {
    const { sound } = this.#parts;
    if (this.#turn.isOurs && this.#manner === "aloud") {
      this.#stopRing ??= sound.play("ring");
    } else {
      this.#stopRing?.();
      this.#stopRing = null;
    }
    if (!this.#turn.isOurs) return;
    const isNew = this.#rings.some((callId) => !this.#heard.has(callId));
    if (isNew && this.#manner === "softly") sound.play("waiting");
    this.#heard = new Set(this.#rings);
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
