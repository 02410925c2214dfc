import { clientLimits } from "../limits.ts";

/** Whether somebody speaks, as far as the level of a microphone says. */
export interface Speech {
  isSpeaking: boolean;
  /** For how long it was loud, and then quiet, in milliseconds. */
  loudMs: number;
  quietMs: number;
}

export const silence: Speech = { isSpeaking: false, loudMs: 0, quietMs: 0 };

/**
 * Pure. A word of a few syllables counts, a click or a cough does not; the pauses of speech do not end it.
 *
 * @param level 0 (-60 dB) to 1 (as loud as it gets)
 * @param passedMs since the level before
 */
export function hearLevel(before: Speech, level: number, passedMs: number): Speech {
  const { speechLevel, speechBeginsMs, speechPauseMs, speechEndsMs } = clientLimits;
  if (level < speechLevel) {
    const quietMs = before.quietMs + passedMs;
    if (before.isSpeaking) {
      return quietMs >= speechEndsMs ? silence : { ...before, quietMs };
    }
    return quietMs >= speechPauseMs ? silence : { ...before, quietMs };
  }
  const loudMs = before.loudMs + passedMs;
  return { isSpeaking: before.isSpeaking || loudMs >= speechBeginsMs, loudMs, quietMs: 0 };
}

/**
 * How loud a moment of sound is: 0 for -60 dB or less, to 1 for as loud as it gets.
 *
 * @param samples -1 to 1
 */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = 10 * Math.log10(power);
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}
