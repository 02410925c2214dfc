import type { QuietNow } from "@ringfence/client";
import type { CallSettings } from "@ringfence/protocol";

/**
 * Why a ring makes no sound, as the one reads it who is rung. Only that it is quiet comes with the
 * ring; which of the person's own rules made it so is known here.
 *
 * @param now Unix time in milliseconds
 */
export function quietRingWords(
  quiet: QuietNow | null,
  settings: Pick<CallSettings, "doNotDisturb"> | null,
  now: number,
): string {
  if (quiet?.isQuiet !== true) return "Rung often within the hour: no sound";
  const { isOn, until } = settings?.doNotDisturb ?? { isOn: false, until: null };
  const isUndisturbed = isOn && (until === null || now < until);
  return isUndisturbed ? "Do not disturb: no sound" : "Quiet hours: no sound";
}
