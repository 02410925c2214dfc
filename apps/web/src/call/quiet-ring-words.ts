import type { QuietNow } from "@ringfence/client";

/**
 * Why a ring makes no sound, as the one reads it who is rung. Only that it is quiet comes with the
 * ring; which of the person's own rules made it so is known here.
 */
export function quietRingWords(quiet: QuietNow | null): string {
  // The limit of rings an hour is the only cause that a person's own rules do not show.
  if (quiet?.isQuiet !== true) return "Rung often within the hour: no sound";
  return quiet.because === "do-not-disturb" ? "Do not disturb: no sound" : "Quiet hours: no sound";
}
