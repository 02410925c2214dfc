import { clientLimits } from "../limits.ts";
import type { OpenLevelMeter } from "./level-meter.ts";
import { hearLevel, silence, type Speech } from "./speech.ts";

/**
 * Listens to this side's own microphone where there is a reason to: somebody looks at the level, or the
 * microphone is muted and its person may have forgotten.
 */
export class MicrophoneLevel {
  readonly #open: OpenLevelMeter;
  readonly #onSpeech: (isSpeaking: boolean) => void;
  readonly #watchers = new Set<(level: number) => void>();
  #track: MediaStreamTrack | null = null;
  #isMuted = false;
  #stop: (() => void) | null = null;
  #speech: Speech = silence;

  constructor(open: OpenLevelMeter, onSpeech: (isSpeaking: boolean) => void) {
    this.#open = open;
    this.#onSpeech = onSpeech;
  }

  setTrack(track: MediaStreamTrack | null): void {
    this.#track = track;
    this.#begin();
  }

  setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#begin();
  }

  /** @returns ends it */
  watch(onLevel: (level: number) => void): () => void {
    this.#watchers.add(onLevel);
    if (this.#stop === null) this.#begin();
    return () => {
      this.#watchers.delete(onLevel);
      if (!this.#isWanted) this.#begin();
    };
  }

  get #isWanted(): boolean {
    return this.#track !== null && (this.#isMuted || this.#watchers.size > 0);
  }

  #begin(): void {
    this.#stop?.();
    this.#stop = null;
    this.#say(silence);
    if (this.#track === null || !this.#isWanted) return;
    this.#stop = this.#open(this.#track, (level) => {
      for (const tell of this.#watchers) tell(level);
      if (this.#isMuted) this.#say(hearLevel(this.#speech, level, clientLimits.levelPollMs));
    });
  }

  #say(speech: Speech): void {
    const wasSpeaking = this.#speech.isSpeaking;
    this.#speech = speech;
    if (speech.isSpeaking !== wasSpeaking) this.#onSpeech(speech.isSpeaking);
  }
}
