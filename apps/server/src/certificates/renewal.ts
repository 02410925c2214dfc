import type { X509Certificate } from "node:crypto";
import { serverLimits } from "../limits.ts";

/**
 * When a certificate is to be renewed: with a third of its lifetime left, and up to a fiftieth of it
 * earlier, so that servers that were set up together do not ask together.
 *
 * @param chance from 0 to 1, the same for the life of a process
 * @returns epoch milliseconds
 */
export function renewalAt(certificate: X509Certificate, chance: number): number {
  const from = certificate.validFromDate.getTime();
  const to = certificate.validToDate.getTime();
  const lifetime = to - from;
  return Math.round(to - lifetime / 3 - (chance * lifetime) / 50);
}

/** Whether it is for each of these names, as browsers read it. */
export function isForNames(certificate: X509Certificate, names: readonly string[]): boolean {
  return names.every((name) => certificate.checkHost(name) !== undefined);
}

/**
 * How long to wait after so many failures in a row. Authorities count failures by the hour, so the
 * wait grows fast: four attempts in the first hour, in the end four a day.
 *
 * @param failures 1 after the first
 * @param chance from 0 to 1; the wait is up to a quarter longer by it
 * @param askedMs how long the authority asks to be left alone, 0 where it does not
 */
export function retryAfterMs(failures: number, chance: number, askedMs = 0): number {
  const { certificateRetryMsMin, certificateRetryMsMax } = serverLimits;
  const ours = Math.min(certificateRetryMsMin * 4 ** (failures - 1), certificateRetryMsMax);
  const asked = Math.min(askedMs, serverLimits.certificateRetryAskedMsMax);
  return Math.round(Math.max(ours, asked) * (1 + chance / 4));
}
